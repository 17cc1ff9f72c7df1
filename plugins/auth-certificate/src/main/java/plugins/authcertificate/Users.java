package plugins.authcertificate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mta.plugins.api.io.PeerCertificate;
import mta.plugins.api.io.TlsInfo;

/** Whose certificates are whose: lines of user and match, the first that fits counts. */
record Users(List<Line> lines) {

    /** @param user {@code =}: the name that fits */
    record Line(String user, Match match) {}

    /** What a certificate must have. */
    sealed interface Match {
        /** This one: it need not be verified, for who has its key is the one whom the file means. */
        record Fingerprint(String hex) implements Match {}

        /** The same for its public key, which may stay when it is renewed. */
        record PublicKey(String hex) implements Match {}

        /** A verified one with this subject, RFC 2253. */
        record Subject(String name) implements Match {}

        /** A verified one with this alternative name, such as {@code dns:mx.example.org}; {@code suffix}: ending so. */
        record Name(String kind, String text, boolean suffix) implements Match {}
    }

    /** @throws IllegalArgumentException naming the line and what is wrong with it */
    static Users parse(List<String> text) {
        var lines = new ArrayList<Line>();
        for (int i = 0; i < text.size(); i++) {
            String line = text.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                lines.add(line(line, "line " + (i + 1) + ": "));
            }
        }
        return new Users(List.copyOf(lines));
    }

    private static Line line(String line, String where) {
        String[] words = line.split("\\s+", 2);
        if (words.length < 2 || words[1].indexOf(':') < 0) {
            throw new IllegalArgumentException(
                    where + "expected: user cert:HEX, or key:, subject:, dns:, email: or uri:");
        }
        String kind = words[1].substring(0, words[1].indexOf(':')).toLowerCase(Locale.ROOT);
        String value = words[1].substring(kind.length() + 1).strip();
        Match match = switch (kind) {
            case "cert" -> new Match.Fingerprint(sha256(value, where));
            case "key" -> new Match.PublicKey(sha256(value, where));
            case "subject" -> new Match.Subject(value);
            case "dns", "email", "uri" -> name(kind, value, where);
            default -> throw new IllegalArgumentException(where + kind + ": is nothing a certificate has here");
        };
        if (words[0].equals("=") && !(match instanceof Match.Name)) {
            throw new IllegalArgumentException(where + "= stands for the name that fits, so for dns:, email: and uri:");
        }
        if (value.isEmpty()) {
            throw new IllegalArgumentException(where + kind + ": of what?");
        }
        return new Line(words[0], match);
    }

    /** With or without colons, as openssl and others print it. */
    private static String sha256(String text, String where) {
        String hex = text.replace(":", "").toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(where + "a SHA-256 has 64 hexadecimal digits");
        }
        return hex;
    }

    private static Match name(String kind, String text, String where) {
        boolean suffix = text.startsWith("*");
        // *example.org would fit evilexample.org as well
        boolean bounded = kind.equals("email") ? text.startsWith("*@") : text.startsWith("*.");
        if (suffix && (kind.equals("uri") || !bounded) || text.lastIndexOf('*') > 0) {
            throw new IllegalArgumentException(where + "patterns are dns:*.example.org and email:*@example.org");
        }
        return new Match.Name(kind, suffix ? text.substring(1) : text, suffix);
    }

    /** The user of a certificate, if it is somebody's and in force. */
    Optional<String> find(TlsInfo tls, Instant now, Duration leeway) {
        Optional<PeerCertificate> shown = tls.certificate()
                .filter(one -> !now.plus(leeway).isBefore(one.from()))
                .filter(one -> !now.minus(leeway).isAfter(one.until()));
        return shown.flatMap(certificate -> lines.stream()
                .flatMap(line -> user(line, certificate, tls.verified()).stream())
                .findFirst());
    }

    private static Optional<String> user(Line line, PeerCertificate certificate, boolean verified) {
        return switch (line.match) {
            case Match.Fingerprint one ->
                only(line.user, certificate.fingerprint().equals(one.hex));
            case Match.PublicKey one -> only(line.user, certificate.publicKey().equals(one.hex));
            case Match.Subject one ->
                only(line.user, verified && certificate.subject().equals(one.name));
            case Match.Name one -> verified ? byName(line.user, certificate, one) : Optional.empty();
        };
    }

    private static Optional<String> only(String user, boolean fits) {
        return fits ? Optional.of(user) : Optional.empty();
    }

    private static Optional<String> byName(String user, PeerCertificate certificate, Match.Name wanted) {
        for (String each : certificate.names()) {
            if (!each.startsWith(wanted.kind + ":")) {
                continue;
            }
            String name = each.substring(wanted.kind.length() + 1);
            boolean exact = wanted.kind.equals("uri");
            String here = exact ? name : name.toLowerCase(Locale.ROOT);
            String there = exact ? wanted.text : wanted.text.toLowerCase(Locale.ROOT);
            // A certificate for a wildcard is of no one name, and control characters are of no user.
            boolean plain = here.indexOf('*') < 0 && here.chars().noneMatch(Character::isISOControl);
            boolean fits = wanted.suffix ? here.endsWith(there) && here.length() > there.length() : here.equals(there);
            if (plain && fits) {
                return Optional.of(user.equals("=") ? here : user);
            }
        }
        return Optional.empty();
    }
}
