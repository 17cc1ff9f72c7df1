package mta.smtp.client;

import java.net.IDN;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import mta.plugins.api.Address;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Content;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.smtp.wire.Xtext;

/**
 * A message as it is told to one server, with the parameters that this server has asked for.
 *
 * @param sender as it will be said
 * @param body what is declared; 7BIT is not said
 * @param utf8 whether SMTPUTF8 is said
 * @param chunks whether it goes as BDAT
 */
record Letter(
        Sender sender,
        Content content,
        Offer offer,
        BodyType body,
        boolean utf8,
        boolean chunks,
        boolean authenticated) {

    String mail() {
        var line = new StringBuilder(96)
                .append("MAIL FROM:<")
                .append(spelled(sender.address(), utf8))
                .append('>');
        if (offer.has("SIZE")) {
            line.append(" SIZE=").append(content.size());
        }
        if (body != BodyType.SEVEN_BIT) {
            line.append(" BODY=").append(body.word());
        }
        if (utf8) {
            line.append(" SMTPUTF8");
        }
        if (offer.has("DSN")) {
            if (sender.ret() != Sender.Ret.UNSPECIFIED) {
                line.append(" RET=").append(sender.ret());
            }
            sender.envid().ifPresent(envid -> line.append(" ENVID=").append(Xtext.encode(envid)));
        }
        if (sender.requireTls() && offer.has("REQUIRETLS")) {
            line.append(" REQUIRETLS");
        }
        if (sender.priority().isPresent() && offer.has("MT-PRIORITY")) {
            line.append(" MT-PRIORITY=").append(sender.priority().getAsInt());
        }
        if (authenticated && sender.auth().isPresent()) {
            line.append(" AUTH=").append(Xtext.encode(sender.auth().get()));
        }
        further(line, sender.parameters());
        return line.toString();
    }

    String rcpt(Recipient recipient) {
        var line = new StringBuilder(64)
                .append("RCPT TO:<")
                .append(spelled(recipient.address(), utf8))
                .append('>');
        if (offer.has("DSN")) {
            if (!recipient.notifyOn().isEmpty()) {
                var words = new TreeSet<String>();
                recipient.notifyOn().forEach(kind -> words.add(kind.name()));
                line.append(" NOTIFY=").append(String.join(",", words));
            }
            recipient.orcpt().ifPresent(orcpt -> line.append(" ORCPT=").append(orcpt(orcpt)));
        }
        further(line, recipient.parameters());
        return line.toString();
    }

    /** Parameters that no one here knows go to servers that announce a keyword of that name. */
    private void further(StringBuilder line, Map<String, String> parameters) {
        parameters.forEach((keyword, value) -> {
            boolean plain = value.chars().allMatch(c -> c > ' ' && c != '=' && c != 127);
            if (plain && offer.has(keyword)) {
                line.append(' ').append(keyword);
                if (!value.isEmpty()) {
                    line.append('=').append(value);
                }
            }
        });
    }

    private static String orcpt(String orcpt) {
        int type = orcpt.indexOf(';');
        return type < 0
                ? "rfc822;" + Xtext.encode(orcpt)
                : orcpt.substring(0, type + 1) + Xtext.encode(orcpt.substring(type + 1));
    }

    /** Without SMTPUTF8 a domain is said with A-labels (RFC 5890); what cannot be said so is not sent at all. */
    static String spelled(Address address, boolean utf8) {
        if (utf8 || isAscii(address.domain())) {
            return address.toString();
        }
        return address.localPart() + "@" + aLabels(address.domain()).orElse(address.domain());
    }

    /** Whether the address can be said to a server without SMTPUTF8. */
    static boolean needsUtf8(Address address) {
        return !isAscii(address.localPart())
                || !isAscii(address.domain()) && aLabels(address.domain()).isEmpty();
    }

    private static Optional<String> aLabels(String domain) {
        try {
            return Optional.of(IDN.toASCII(domain));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }

    /** Whether the address stays within its angle brackets: an unquoted space or bracket would add parameters to the command. */
    static boolean isContained(Address address) {
        String local = address.localPart();
        boolean quoted = false;
        for (int i = 0; i < local.length(); i++) {
            char c = local.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ' ' || c == '<' || c == '>' || c == '\\')) {
                return false;
            }
        }
        return !quoted && address.domain().chars().noneMatch(c -> c == ' ' || c == '<' || c == '>' || c == '"');
    }
}
