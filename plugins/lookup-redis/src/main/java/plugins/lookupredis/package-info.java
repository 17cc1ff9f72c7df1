/** Policy look-ups in Redis: one reading command for each key. Knows no mail. */
package plugins.lookupredis;
