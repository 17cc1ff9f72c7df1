/** Who may send mail through this node, and to where. Knows clients, users and recipient domains; looks at no content. */
package plugins.relaycontrol;
