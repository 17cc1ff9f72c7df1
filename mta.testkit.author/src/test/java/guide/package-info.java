/** The examples of docs/plugin-guide.md: compiled and tried here, copied there by {@code ./mta docs}. */
package guide;
