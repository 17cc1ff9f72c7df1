/** The transport that posts messages to a URL, and what an HTTP status means for a recipient. Knows no queue. */
package plugins.httpdelivery;
