/**
 * Plugins in JavaScript: ES modules in the instance's {@code scripts} folder, live when they are saved. The only place
 * that sees GraalJS, and only once there is a script: without one nothing of it is loaded. Knows neither runner nor queue:
 * to them a script is a service like any other.
 */
package plugins.script;
