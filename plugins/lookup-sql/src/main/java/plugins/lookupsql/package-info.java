/** Policy look-ups in SQL databases: statements with named values, a pool for each database. Knows no mail. */
package plugins.lookupsql;
