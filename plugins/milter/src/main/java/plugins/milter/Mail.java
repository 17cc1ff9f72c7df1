package plugins.milter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import mta.plugins.api.Address;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;

/** Addresses and parameters as MAIL and RCPT write them, for filters want them that way. Pure. */
final class Mail {

    private Mail() {}

    static String path(Address address) {
        return "<" + address + ">";
    }

    static List<String> parameters(Sender sender) {
        var all = new ArrayList<String>();
        sender.size().ifPresent(size -> all.add("SIZE=" + size));
        if (sender.body() != BodyType.SEVEN_BIT) {
            all.add("BODY=" + sender.body().word());
        }
        if (sender.smtpUtf8()) {
            all.add("SMTPUTF8");
        }
        if (sender.requireTls()) {
            all.add("REQUIRETLS");
        }
        if (sender.ret() != Sender.Ret.UNSPECIFIED) {
            all.add("RET=" + sender.ret());
        }
        sender.envid().ifPresent(id -> all.add("ENVID=" + xtext(id)));
        sender.auth().ifPresent(who -> all.add("AUTH=" + xtext(who)));
        sender.priority().ifPresent(priority -> all.add("MT-PRIORITY=" + priority));
        sender.parameters().forEach((key, value) -> all.add(value.isEmpty() ? key : key + "=" + value));
        return all;
    }

    static List<String> parameters(Recipient recipient) {
        var all = new ArrayList<String>();
        if (!recipient.notifyOn().isEmpty()) {
            all.add("NOTIFY="
                    + recipient.notifyOn().stream().map(Enum::name).sorted().collect(Collectors.joining(",")));
        }
        recipient.orcpt().ifPresent(text -> {
            int semicolon = text.indexOf(';');
            all.add("ORCPT=" + text.substring(0, semicolon + 1) + xtext(text.substring(semicolon + 1)));
        });
        recipient.parameters().forEach((key, value) -> all.add(value.isEmpty() ? key : key + "=" + value));
        return all;
    }

    /** RFC 3461 section 4. */
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

    static String unxtext(String text) {
        var out = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+'
                    && i + 2 < text.length()
                    && text.substring(i + 1, i + 3).matches("[0-9A-Fa-f]{2}")) {
                out.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Without the angle brackets, and without a route in front (RFC 5321 appendix F.2). */
    static Address address(String path) {
        String bare = path.strip();
        if (bare.startsWith("<") && bare.endsWith(">")) {
            bare = bare.substring(1, bare.length() - 1);
        }
        int colon = bare.indexOf(':');
        return Address.of(bare.startsWith("@") && colon > 0 ? bare.substring(colon + 1) : bare);
    }
}
