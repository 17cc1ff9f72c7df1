/**
 * Boots the OSGi framework: installs the distribution's bundles, waits until the node says it is ready, stops it in
 * order. Knows OSGi only: no mail, no plugin API, no configuration format. {@link mta.launcher.Client} is the other end
 * of the console's control socket.
 */
package mta.launcher;
