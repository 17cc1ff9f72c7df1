/** The transport that delivers into Maildirs (https://cr.yp.to/proto/maildir.html). Knows no queue and no mail store. */
package plugins.maildir;
