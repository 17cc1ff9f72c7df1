package plugins.milter;

import java.util.ArrayList;
import java.util.List;
import mta.plugins.api.EnhancedCode;
import mta.plugins.api.Reply;

/** What a filter says to a command. */
sealed interface Answer {

    record Continue() implements Answer {}

    /** At connect and helo: this session; else this message. Nothing more of it is to be told. */
    record Accept() implements Answer {}

    record Discard() implements Answer {}

    /** No more of this kind of command, for this message. */
    record Skip() implements Answer {}

    /** @param close whether the connection of the client is to end */
    record Refuse(Reply reply, boolean close) implements Answer {}

    Answer CONTINUE = new Continue();

    Reply REJECTED = Reply.of(550, "5.7.1", "Command rejected");
    Reply TEMPFAILED = Reply.of(451, "4.7.1", "Service unavailable - try again later");
    Reply SHUT_DOWN = Reply.of(421, "4.7.0", "Closing connection");

    /**
     * A reply that the filter worded: {@code 550 5.7.1 text}, several lines each with the code, CRLF between, the last
     * one with a space behind it. It goes to the client, so each line is looked at: one that does not belong would be read
     * as the reply to another command.
     */
    static Refuse worded(String text) throws MilterException {
        String[] lines = text.replace("%%", "%").strip().split("\r?\n");
        var texts = new ArrayList<String>(lines.length);
        String code = lines[0].length() >= 3 ? lines[0].substring(0, 3) : "";
        if (!code.matches("[45][0-5][0-9]")) {
            throw new MilterException("a reply with a code that is not 4xx or 5xx: " + shown(text));
        }
        var enhanced = EnhancedCode.NONE;
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            boolean last = i == lines.length - 1;
            boolean separated = line.length() == 3 || line.length() > 3 && line.charAt(3) == (last ? ' ' : '-');
            if (!line.startsWith(code) || !separated) {
                throw new MilterException("a reply whose lines do not belong together: " + shown(text));
            }
            String rest = line.substring(Math.min(4, line.length()));
            int space = rest.indexOf(' ');
            String word = space < 0 ? rest : rest.substring(0, space);
            if (EnhancedCode.looksLike(word)) {
                if (word.charAt(0) != code.charAt(0)) {
                    throw new MilterException("a reply whose enhanced code does not fit: " + shown(text));
                }
                enhanced = EnhancedCode.parse(word);
                rest = space < 0 ? "" : rest.substring(space + 1);
            }
            texts.add(printable(rest));
        }
        var reply = new Reply(Integer.parseInt(code), enhanced, List.copyOf(texts));
        return new Refuse(reply, reply.code() == 421);
    }

    private static String printable(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return out.toString();
    }

    private static String shown(String text) {
        return printable(text.length() > 200 ? text.substring(0, 200) + "..." : text);
    }
}
