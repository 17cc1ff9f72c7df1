/** What a script can reach beside its arguments: the object {@code mta}. Everything here is bounded. */
package plugins.script.host;
