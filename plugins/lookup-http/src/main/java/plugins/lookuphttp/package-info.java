/** Policy look-ups by HTTP: a GET for each question, JSON as answer, the status says what is not there. Knows no mail. */
package plugins.lookuphttp;
