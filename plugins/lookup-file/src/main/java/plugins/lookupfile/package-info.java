/** Policy look-ups in files: maps that are read as a whole and followed as they change. Knows no mail. */
package plugins.lookupfile;
