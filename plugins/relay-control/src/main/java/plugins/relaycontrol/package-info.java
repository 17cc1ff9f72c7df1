/** Who may send mail through this node, and to where. Knows clients, users and domains; looks at no content. */
package plugins.relaycontrol;
