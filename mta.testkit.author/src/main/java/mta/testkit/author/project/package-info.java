/**
 * Makes the projects that authors of plugins start with: {@code ./mta new-plugin} and {@code ./mta new-script}. Copies
 * templates and knows nothing of the node they are for.
 */
package mta.testkit.author.project;
