package plugins.policydelegation;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;

/**
 * A request: every attribute of the protocol, always, for some servers want them to be there. The state is one of CONNECT,
 * EHLO, HELO, MAIL, RCPT, DATA, END-OF-MESSAGE, VRFY, ETRN. Used by one thread.
 */
final class Attributes {

    private final Map<String, String> values = new LinkedHashMap<>();

    private Attributes() {}

    /** Of a session before MAIL. */
    static Attributes of(String state, Session session, String context) {
        var request = new Attributes();
        Optional<TlsInfo> tls = session.tls();
        request.put("request", "smtpd_access_policy")
                .put("protocol_state", state)
                .put("protocol_name", session.protocol().startsWith("SMTP") ? "SMTP" : "ESMTP")
                .put("client_address", address(session.remote()))
                .put("client_name", session.remoteName().orElse("unknown"))
                .put("client_port", Integer.toString(session.remote().getPort()))
                .put("reverse_client_name", session.remoteName().orElse("unknown"))
                .put("server_address", address(session.local()))
                .put("server_port", Integer.toString(session.local().getPort()))
                .put("helo_name", session.helo().orElse(""))
                .put("sender", "")
                .put("recipient", "")
                .put("recipient_count", "0")
                .put("queue_id", "")
                .put("instance", session.id())
                .put("size", "0")
                .put("etrn_domain", "")
                .put("stress", "")
                .put("sasl_method", session.mechanism().orElse(""))
                .put("sasl_username", session.user().orElse(""))
                .put("sasl_sender", "")
                .put(
                        "ccert_subject",
                        tls.flatMap(TlsInfo::peer).map(Attributes::xtext).orElse(""))
                .put(
                        "ccert_issuer",
                        tls.flatMap(TlsInfo::issuer).map(Attributes::xtext).orElse(""))
                .put(
                        "ccert_fingerprint",
                        tls.flatMap(TlsInfo::fingerprint)
                                .map(Attributes::colons)
                                .orElse(""))
                .put("ccert_pubkey_fingerprint", "")
                .put("encryption_protocol", tls.map(TlsInfo::protocol).orElse(""))
                .put("encryption_cipher", tls.map(TlsInfo::cipher).orElse(""))
                .put("encryption_keysize", tls.map(info -> bits(info.cipher())).orElse("0"))
                .put("tls_sni", tls.flatMap(TlsInfo::serverName).orElse(""))
                .put("policy_context", context)
                .put("compatibility_level", "3.6")
                .put("mail_version", "mta");
        return request;
    }

    /** Of a message; the recipient is told at RCPT, and where it is the only one. */
    static Attributes of(
            String state, Transaction transaction, Optional<Recipient> recipient, OptionalLong size, String context) {
        Attributes request = of(state, transaction.session(), context)
                .put("sender", transaction.sender().address().toString())
                .put("queue_id", transaction.id())
                .put("instance", transaction.id())
                .put(
                        "size",
                        Long.toString(size.orElse(transaction.sender().size().orElse(0))))
                .put("sasl_sender", transaction.sender().auth().orElse(""));
        recipient.ifPresent(one -> request.put("recipient", one.address().toString()));
        if (recipient.isEmpty() && !state.equals("MAIL")) {
            List<Recipient> all = transaction.recipients();
            request.put("recipient_count", Integer.toString(all.size()));
            if (all.size() == 1) {
                request.put("recipient", all.getFirst().address().toString());
            }
        }
        return request;
    }

    /** A line break would end the value, and what follows would be an attribute of the client's choice. */
    Attributes put(String name, String value) {
        values.put(
                name,
                value.chars().anyMatch(c -> c < ' ' || c == 127) ? value.replaceAll("[\\x00-\\x1f\\x7f]", "?") : value);
        return this;
    }

    byte[] octets() {
        var text = new StringBuilder(1024);
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String address(InetSocketAddress socket) {
        if (socket.getAddress() == null) {
            return "";
        }
        String text = socket.getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** RFC 3461 section 4, as Postfix writes the names of certificates. */
    private static String xtext(String text) {
        var out = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            int c = octet & 0xff;
            if (c <= 32 || c >= 127 || c == '+' || c == '=') {
                out.append('+').append(String.format(Locale.ROOT, "%02X", c));
            } else {
                out.append((char) c);
            }
        }
        return out.toString();
    }

    private static String colons(String hex) {
        return hex.toUpperCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
    }

    private static String bits(String cipher) {
        return cipher.contains("128") ? "128" : cipher.contains("256") || cipher.contains("CHACHA20") ? "256" : "0";
    }
}
