package plugins.milter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import plugins.milter.Packets.Packet;

/**
 * What filter and node have agreed on.
 *
 * @param version of the protocol, the filter's
 * @param actions changes that it may make
 * @param protocol what it wants to be told and will answer
 * @param macros by command, where it has asked for others than the usual
 */
record Negotiated(int version, int actions, int protocol, Map<Character, List<String>> macros) {

    private static final Pattern MACRO = Pattern.compile("\\{[^{}\\s]+}|[^{}\\s,]+");

    /** The commands by number of their stage (SMFIM_CONNECT ...). */
    private static final String STAGES =
            "" + Codes.CONNECT + Codes.HELO + Codes.MAIL + Codes.RCPT + Codes.DATA + Codes.BODYEOB + Codes.EOH;

    static Negotiated of(Packet answer) throws MilterException {
        if (answer.type != Codes.OPTNEG) {
            throw new MilterException("answered the negotiation with '" + answer.type + "'");
        }
        int version = answer.number();
        int actions = answer.number();
        int protocol = answer.number();
        if (version < 2 || version > Codes.VERSION) {
            throw new MilterException("speaks version " + version + " of the protocol");
        }
        if ((actions & ~Codes.ALL_ACTIONS) != 0) {
            throw new MilterException("wants actions that there are not: 0x" + Integer.toHexString(actions));
        }
        var macros = new HashMap<Character, List<String>>();
        while (!answer.isEmpty()) {
            int stage = answer.number();
            String names = answer.text();
            if (stage < 0 || stage >= STAGES.length()) {
                throw new MilterException("asks for macros of a stage that there is not: " + stage);
            }
            macros.put(
                    STAGES.charAt(stage),
                    MACRO.matcher(names).results().map(found -> found.group()).toList());
        }
        return new Negotiated(version, actions, protocol, Map.copyOf(macros));
    }

    boolean wants(char command) {
        return version >= Codes.since(command) && (protocol & Codes.unwanted(command)) == 0;
    }

    boolean answers(char command) {
        return (protocol & Codes.unanswered(command)) == 0;
    }

    /** Whether header values keep the space behind their colon. */
    boolean leadingSpace() {
        return (protocol & Codes.HDR_LEADSPC) != 0;
    }

    boolean wantsRefusedRecipients() {
        return (protocol & Codes.RCPT_REJ) != 0 && wants(Codes.RCPT);
    }
}
