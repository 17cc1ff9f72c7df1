/** The command XCLIENT as Postfix has it (XCLIENT_README): filters and proxies say whom they speak for. */
package plugins.xclient;
