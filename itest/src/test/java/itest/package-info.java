/** Tests of the distribution as it is built: its manifests, its bundles in the container, its processes. */
package itest;
