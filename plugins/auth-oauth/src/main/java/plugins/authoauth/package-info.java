/**
 * AUTH OAUTHBEARER (RFC 7628) and XOAUTH2 with tokens that an identity server has issued: judged here by its keys, or by
 * asking it. Knows no passwords and no flows that give out tokens.
 */
package plugins.authoauth;
