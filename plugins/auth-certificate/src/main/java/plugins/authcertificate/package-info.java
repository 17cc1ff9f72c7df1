/**
 * Users by their TLS client certificates: AUTH EXTERNAL (RFC 4422 appendix A), or without any AUTH. Knows no keys and no chains:
 * the core has verified what can be verified.
 */
package plugins.authcertificate;
