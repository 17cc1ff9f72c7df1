/** Policy look-ups by the socketmap protocol of Sendmail and Postfix. Knows no mail. */
package plugins.lookupsocketmap;
