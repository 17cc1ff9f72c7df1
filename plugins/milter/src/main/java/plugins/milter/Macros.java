package plugins.milter;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;

/**
 * What a filter may know beside the command itself: Sendmail's macros, by the names that filters have asked for since. Those
 * without a value are not sent. Immutable.
 */
final class Macros {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM uuuu HH:mm:ss '+0000'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final List<String> CLIENT =
            List.of("{client_addr}", "{client_name}", "{client_port}", "{client_ptr}", "{client_resolve}");
    private static final List<String> TLS = List.of(
            "{tls_version}", "{cipher}", "{cipher_bits}", "{cert_subject}", "{cert_issuer}", "{tls_sni}", "{verify}");
    private static final List<String> AUTH = List.of("{auth_type}", "{auth_authen}", "{auth_author}");
    private static final List<String> MAIL = List.of("{mail_addr}", "{mail_host}", "{mail_mailer}");

    /** What is sent to a filter that has not asked for anything, by command. Sendmail's b, r, s, v, Z are for spamass-milter. */
    private static final Map<Character, List<String>> USUAL = Map.of(
            Codes.CONNECT,
            join(
                    List.of("j", "_", "v", "{daemon_name}", "{daemon_addr}", "{daemon_port}", "{if_name}", "{if_addr}"),
                    CLIENT),
            Codes.HELO,
            TLS,
            Codes.MAIL,
            join(List.of("i", "b", "r", "s", "v", "Z", "j", "_"), AUTH, MAIL),
            Codes.RCPT,
            List.of("{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"),
            Codes.DATA,
            join(List.of("i"), AUTH, MAIL, TLS, CLIENT),
            Codes.EOH,
            List.of("i"),
            Codes.BODYEOB,
            join(List.of("i", "{msg_id}"), AUTH, CLIENT));

    private final String hostname;
    private final Party party;
    private final Optional<Sender> sender;
    private final Map<String, String> more;

    private Macros(String hostname, Party party, Optional<Sender> sender, Map<String, String> more) {
        this.hostname = hostname;
        this.party = party;
        this.sender = sender;
        this.more = more;
    }

    static Macros of(String hostname, Party party) {
        return new Macros(hostname, party, Optional.empty(), Map.of());
    }

    Macros mail(String id, Sender from) {
        return new Macros(hostname, party, Optional.of(from), Map.of("i", id));
    }

    Macros messageId(String messageId) {
        return with(Map.of("{msg_id}", messageId));
    }

    Macros rcpt(Recipient recipient) {
        Address address = recipient.address();
        return with(
                Map.of("{rcpt_addr}", address.toString(), "{rcpt_host}", address.domain(), "{rcpt_mailer}", "smtp"));
    }

    /** As Sendmail shows recipients that were refused (SMFIP_RCPT_REJ). */
    Macros refused(Reply reply) {
        return with(Map.of(
                "{rcpt_mailer}", "error", "{rcpt_host}", reply.enhanced().toString(), "{rcpt_addr}", reply.text()));
    }

    private Macros with(Map<String, String> others) {
        var all = new LinkedHashMap<>(more);
        all.putAll(others);
        return new Macros(hostname, party, sender, all);
    }

    Map<String, String> of(char command, Negotiated negotiated) {
        List<String> names = negotiated.macros().getOrDefault(command, USUAL.getOrDefault(command, List.of()));
        var values = new LinkedHashMap<String, String>();
        for (String name : names) {
            String value = value(name);
            if (!value.isEmpty()) {
                values.put(name, value);
            }
        }
        return values;
    }

    private String value(String name) {
        String key = name.length() > 1 && !name.startsWith("{") ? "{" + name + "}" : name;
        if (more.containsKey(key)) {
            return more.get(key);
        }
        return switch (key) {
            case "j", "{if_name}", "{daemon_host}" -> hostname;
            case "v" -> "mta";
            case "Z" -> "1";
            case "_" -> party.address().isEmpty() ? "localhost" : party.nameOrAddress() + " [" + party.address() + "]";
            case "b" -> DATE.format(Instant.now());
            case "r" -> party.protocol();
            case "s" -> party.helo().orElse("");
            case "{daemon_name}" -> party.listener();
            case "{daemon_addr}", "{if_addr}" -> Party.address(party.local());
            case "{daemon_port}" -> port(party.local().getPort());
            case "{client_addr}" -> party.address();
            case "{client_port}" -> port(party.remote().getPort());
            case "{client_name}" -> party.nameOrAddress();
            case "{client_ptr}" -> party.name().orElse("unknown");
            case "{client_resolve}" -> party.name().isPresent() ? "OK" : "FAIL";
            case "{auth_authen}" -> party.user().orElse("");
            case "{auth_type}" ->
                party.user().isEmpty() ? "" : party.mechanism().orElse("PLAIN");
            case "{auth_author}" -> sender.flatMap(Sender::auth).orElse("");
            case "{mail_addr}" -> sender.map(from -> from.address().toString()).orElse("");
            case "{mail_host}" -> sender.map(from -> from.address().domain()).orElse("");
            case "{mail_mailer}" -> sender.isPresent() ? "smtp" : "";
            default -> party.tls().map(tls -> tls(key, tls)).orElse("");
        };
    }

    private static String tls(String name, TlsInfo tls) {
        return switch (name) {
            case "{tls_version}" -> tls.protocol();
            case "{cipher}" -> tls.cipher();
            case "{cipher_bits}" -> bits(tls.cipher());
            case "{cert_subject}" -> tls.peer().orElse("");
            case "{cert_issuer}" -> tls.issuer().orElse("");
            case "{tls_sni}" -> tls.serverName().orElse("");
            case "{verify}" -> tls.peer().isEmpty() ? "NO" : tls.verified() ? "OK" : "FAIL";
            default -> "";
        };
    }

    private static String bits(String cipher) {
        return cipher.contains("128") ? "128" : cipher.contains("256") || cipher.contains("CHACHA20") ? "256" : "";
    }

    private static String port(int port) {
        return port == 0 ? "" : Integer.toString(port);
    }

    @SafeVarargs
    private static List<String> join(List<String>... lists) {
        return java.util.Arrays.stream(lists).flatMap(List::stream).toList();
    }
}
