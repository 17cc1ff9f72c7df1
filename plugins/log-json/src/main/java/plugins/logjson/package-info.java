/** Records as lines of JSON, in a file that rotates. Knows no kinds of records: each one tells its own fields. */
package plugins.logjson;
