package mta.smtp.wire;

import java.net.Inet6Address;
import mta.plugins.api.Address;

/**
 * Paths and mailboxes, RFC 5321 section 4.1.2 with the octets outside ASCII that RFC 6531 section 3.3 adds; whether
 * those are allowed here is for the caller to say ({@link #isAscii}).
 *
 * <p>Longer local parts than the 64 octets of section 4.5.3.1.1 are taken (up to 255): addresses that carry another
 * address in them (VERP, SRS, BATV) exceed it every day. Underscores in domains likewise.
 */
public final class PathParser {

    private static final int MAX_LOCAL_OCTETS = 255;
    private static final int MAX_DOMAIN_OCTETS = 255;
    private static final int MAX_LABEL_OCTETS = 63;

    private PathParser() {}

    /** Reverse-path: {@code <>} or a path. */
    public static Address reversePath(Cursor in) throws SyntaxException {
        in.expect('<', "'<' expected");
        return in.take('>') ? Address.NULL : pathAfterBracket(in, false);
    }

    /** Forward-path: a path, or {@code <postmaster>} without a domain (section 4.5.1). */
    public static Address forwardPath(Cursor in) throws SyntaxException {
        in.expect('<', "'<' expected");
        return pathAfterBracket(in, true);
    }

    /** A mailbox without brackets, as a whole. */
    public static Address mailbox(Cursor in) throws SyntaxException {
        Address address = mailbox(in, false);
        if (!in.atEnd()) {
            throw in.error("end of address expected");
        }
        return address;
    }

    public static boolean isAscii(Address address) {
        return isAscii(address.localPart()) && isAscii(address.domain());
    }

    public static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }

    private static Address pathAfterBracket(Cursor in, boolean postmaster) throws SyntaxException {
        sourceRoute(in);
        Address address = mailbox(in, postmaster);
        in.expect('>', "'>' expected");
        return address;
    }

    /** {@code @a,@b:} is taken and ignored (section 4.1.1.3, appendix C). */
    private static void sourceRoute(Cursor in) throws SyntaxException {
        if (in.peek() != '@') {
            return;
        }
        do {
            in.expect('@', "'@' expected in a source route");
            domain(in);
        } while (in.take(','));
        in.expect(':', "':' expected after a source route");
    }

    private static Address mailbox(Cursor in, boolean postmaster) throws SyntaxException {
        String local = in.peek() == '"' ? quotedString(in) : dotString(in);
        if (in.take('@')) {
            return new Address(local, in.peek() == '[' ? literal(in) : domain(in));
        }
        if (postmaster && local.equalsIgnoreCase("postmaster")) {
            return new Address(local, "");
        }
        throw in.error("'@' expected");
    }

    private static String dotString(Cursor in) throws SyntaxException {
        int from = in.position();
        do {
            int atom = in.position();
            while (isAtext(in.peek())) {
                in.skip();
            }
            if (in.position() == atom) {
                throw in.error("a local part expected");
            }
        } while (in.take('.'));
        return checked(in, from, MAX_LOCAL_OCTETS, "local part");
    }

    private static String quotedString(Cursor in) throws SyntaxException {
        int from = in.position();
        in.expect('"', "'\"' expected");
        while (!in.take('"')) {
            in.take('\\');
            int c = in.peek();
            // A quoted pair may hold a quote or a backslash; control characters and the end may not come here.
            if (c < ' ' || c == 127) {
                throw in.error("'\"' expected at the end of a quoted local part");
            }
            in.skip();
        }
        return checked(in, from, MAX_LOCAL_OCTETS, "local part");
    }

    /** A domain name: letters, digits, hyphens, underscores, U-labels. */
    public static String domain(Cursor in) throws SyntaxException {
        int from = in.position();
        do {
            label(in);
        } while (in.take('.'));
        return checked(in, from, MAX_DOMAIN_OCTETS, "domain");
    }

    private static void label(Cursor in) throws SyntaxException {
        int from = in.position();
        int last = '-';
        while (isLabel(in.peek())) {
            last = in.peek();
            if (last == '-' && in.position() == from) {
                throw in.error("a domain label does not begin with '-'");
            }
            in.skip();
        }
        int length = in.position() - from;
        if (length == 0) {
            throw in.error("a domain expected");
        }
        if (last == '-' || length > MAX_LABEL_OCTETS) {
            throw in.error("not a domain label");
        }
    }

    /** {@code [192.0.2.1]} or {@code [IPv6:2001:db8::1]} (section 4.1.3). */
    public static String literal(Cursor in) throws SyntaxException {
        int from = in.position();
        in.expect('[', "'[' expected");
        boolean six = in.takeWord("IPV6:");
        int address = in.position();
        while (isLiteral(in.peek())) {
            in.skip();
        }
        String text = in.since(address);
        if (!(six ? isIpv6(text) : isIpv4(text))) {
            throw new SyntaxException("not an address literal", address);
        }
        in.expect(']', "']' expected");
        return in.since(from);
    }

    private static boolean isIpv4(String text) {
        int parts = 0;
        int at = 0;
        while (at <= text.length()) {
            int dot = text.indexOf('.', at);
            int to = dot < 0 ? text.length() : dot;
            if (to == at || to - at > 3) {
                return false;
            }
            int number = 0;
            for (int i = at; i < to; i++) {
                int digit = text.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return false;
                }
                number = number * 10 + digit;
            }
            if (number > 255) {
                return false;
            }
            parts++;
            at = to + 1;
        }
        return parts == 4;
    }

    private static boolean isIpv6(String text) {
        try {
            Inet6Address.ofLiteral(text);
            return text.indexOf(':') >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String checked(Cursor in, int from, int max, String what) throws SyntaxException {
        if (in.position() - from > max) {
            throw in.error(what + " too long");
        }
        String text = in.since(from);
        if (text.indexOf('\uFFFD') >= 0) {
            throw new SyntaxException(what + " is not UTF-8", from);
        }
        return text;
    }

    private static boolean isAtext(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c > 127
                || c > 0 && "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0;
    }

    private static boolean isLabel(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c > 127;
    }

    private static boolean isLiteral(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':' || c == '.';
    }
}
