package plugins.policydelegation;

import java.util.Locale;
import mta.plugins.api.Address;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.Reply;
import mta.plugins.api.mail.Header;

/** What a server may answer, access(5): one word, and what belongs to it. */
sealed interface Action {

    /** No opinion; also OK, which permits no more than that: relaying is for somebody else to permit. */
    record Dunno() implements Action {}

    /** @param close whether the connection ends with it (421, 521) */
    record Refuse(Reply reply, boolean close) implements Action {}

    /** Refuses only what would be accepted otherwise. */
    record DeferIfPermit(Reply reply) implements Action {}

    /** Makes of somebody else's refusal for good one for now. */
    record DeferIfReject(Reply reply) implements Action {}

    record Hold(String reason) implements Action {}

    record Discard(String reason) implements Action {}

    /** To this address instead of all recipients. */
    record Redirect(Address address) implements Action {}

    record Bcc(Address address) implements Action {}

    record Prepend(Header header) implements Action {}

    /** Says something to the log. */
    record Remark(String text) implements Action {}

    /** @throws PolicyException if it is no action that this node can carry out */
    static Action parse(String text) throws PolicyException {
        int space = text.indexOf(' ');
        String word = (space < 0 ? text : text.substring(0, space)).toUpperCase(Locale.ROOT);
        String rest = space < 0 ? "" : text.substring(space + 1).strip();
        try {
            return switch (word) {
                case "OK", "PERMIT", "DUNNO" -> new Dunno();
                case "REJECT" -> new Refuse(reply(554, "5.7.1", rest, "Access denied"), false);
                case "DEFER" -> new Refuse(reply(450, "4.7.1", rest, "Service unavailable"), false);
                case "DEFER_IF_PERMIT" -> new DeferIfPermit(reply(450, "4.7.1", rest, "Service unavailable"));
                case "DEFER_IF_REJECT" -> new DeferIfReject(reply(450, "4.7.1", rest, "Service unavailable"));
                case "HOLD" -> new Hold(rest.isEmpty() ? "policy" : rest);
                case "DISCARD" -> new Discard(rest.isEmpty() ? "policy" : rest);
                case "REDIRECT" -> new Redirect(address(rest));
                case "BCC" -> new Bcc(address(rest));
                case "PREPEND" -> new Prepend(header(rest));
                case "INFO", "WARN" -> new Remark(word + " " + rest);
                default -> coded(word, rest, text);
            };
        } catch (IllegalArgumentException e) {
            throw new PolicyException("an action that cannot be: " + shown(text) + ": " + e.getMessage(), e);
        }
    }

    /** {@code 550 5.7.1 text}; 421 and 521 also close the connection. */
    private static Action coded(String word, String rest, String text) throws PolicyException {
        if (!word.matches("[45][0-9][0-9]")) {
            throw new PolicyException("an action that is not known here: " + shown(text));
        }
        int code = Integer.parseInt(word);
        var reply =
                reply(code, code < 500 ? "4.7.1" : "5.7.1", rest, code < 500 ? "Service unavailable" : "Access denied");
        return new Refuse(reply, code == 421 || code == 521);
    }

    /** The text may begin with an enhanced code of its own; one of another class is replaced, as Postfix does it. */
    private static Reply reply(int code, String enhanced, String rest, String otherwise) {
        int space = rest.indexOf(' ');
        String word = space < 0 ? rest : rest.substring(0, space);
        String text = rest;
        String given = enhanced;
        if (EnhancedCode.looksLike(word)) {
            given = code / 100 + word.substring(1);
            text = space < 0 ? "" : rest.substring(space + 1).strip();
        }
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        return Reply.of(code, given, clean.isEmpty() ? otherwise : clean);
    }

    private static Address address(String text) {
        String bare = text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
        Address address = Address.of(bare);
        if (address.domain().isEmpty() || bare.indexOf(' ') >= 0) {
            throw new IllegalArgumentException("not an address");
        }
        return address;
    }

    private static Header header(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("not a header field");
        }
        return Header.of(
                text.substring(0, colon).strip(), text.substring(colon + 1).strip());
    }

    private static String shown(String text) {
        return (text.length() > 200 ? text.substring(0, 200) + "..." : text).replaceAll("\\p{Cntrl}", "?");
    }
}
