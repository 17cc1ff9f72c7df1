package mta.smtp.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import mta.plugins.api.mail.Recipient;

/** The Received field, RFC 5321 section 4.4, with the {@code tls} clause of RFC 8314 section 7.4. Pure. */
final class ReceivedField {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM uuuu HH:mm:ss '+0000'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private ReceivedField() {}

    /** With its CRLF; {@code for} only where there is one recipient, who then learns of nobody else (section 7.2). */
    static String of(Client client, String hostname, String id, List<Recipient> recipients, Instant now) {
        var out = new StringBuilder(256).append("Received: from ");
        out.append(client.helo.orElse("unknown")).append(" (");
        client.remoteName.ifPresent(name -> out.append(name).append(' '));
        out.append('[').append(literal(client)).append("])");
        out.append("\r\n\tby ").append(hostname).append(" with ").append(client.protocol());
        out.append(" id ").append(id);
        if (recipients.size() == 1) {
            out.append("\r\n\tfor <").append(recipients.getFirst().address()).append('>');
        }
        client.tls.ifPresent(tls -> out.append("\r\n\ttls ").append(tls.cipher()));
        return octets(out.append(";\r\n\t").append(date(now)).append("\r\n").toString());
    }

    static String date(Instant now) {
        return DATE.format(now);
    }

    private static String literal(Client client) {
        String address = client.address();
        int zone = address.indexOf('%');
        String bare = zone < 0 ? address : address.substring(0, zone);
        return bare.indexOf(':') >= 0 ? "IPv6:" + bare : bare.isEmpty() ? "unknown" : bare;
    }

    /** One char per octet of UTF-8, as header fields are kept. */
    private static String octets(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
                return new String(utf8, java.nio.charset.StandardCharsets.ISO_8859_1);
            }
        }
        return text;
    }
}
