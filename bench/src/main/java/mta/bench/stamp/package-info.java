/** A plugin of its own, put into a bundle by the benchmarks of dropping and swapping. Knows only the plugin API. */
package mta.bench.stamp;
