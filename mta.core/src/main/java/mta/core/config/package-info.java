/**
 * Configuration: {@code conf/*.yaml} is read, checked against what the bundles' Metatype says, and handed to
 * Configuration Admin as a whole or not at all. Knows no section by name: whoever reads a section declares it.
 */
package mta.core.config;
