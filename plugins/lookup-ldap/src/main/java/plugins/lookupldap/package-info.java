/** Policy look-ups in LDAP directories: a search for each question. Knows no mail. */
package plugins.lookupldap;
