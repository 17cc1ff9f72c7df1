package plugins.milter;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import plugins.milter.Packets.Packet;
import plugins.milter.Packets.Payload;

/**
 * A connection to a filter: each method tells it one thing and gives its answer. What the filter has not asked to be told
 * is left out, what it does not answer is not waited for. Used by one thread; closed by any.
 */
final class Filter implements AutoCloseable {

    /** Takes the changes that a filter makes at the end of a message, in their order. */
    interface Changes {
        void take(Packet change) throws IOException;
    }

    private static final Changes NONE = change -> {
        throw new MilterException("a change before the end of the message: '" + change.type + "'");
    };

    private final MilterSettings settings;
    private final Packets packets;
    private final Negotiated negotiated;

    /** Answers that are still to come and do not matter. */
    private int owed;

    private Filter(MilterSettings settings, Packets packets, Negotiated negotiated) {
        this.settings = settings;
        this.packets = packets;
        this.negotiated = negotiated;
    }

    static Filter open(MilterSettings settings, Dialler dialler) throws IOException {
        Packets packets = connected(settings, dialler);
        try {
            var offer = new Payload()
                    .number(Codes.VERSION)
                    .number(Codes.ALL_ACTIONS)
                    .number(Codes.ALL_PROTOCOL);
            packets.write(Codes.OPTNEG, offer.array());
            return new Filter(settings, packets, Negotiated.of(packets.read(settings.commandTimeout())));
        } catch (IOException e) {
            packets.close();
            throw trouble(settings, Codes.OPTNEG, e);
        }
    }

    private static Packets connected(MilterSettings settings, Dialler dialler) throws MilterException {
        try {
            return new Packets(dialler.dial(settings.endpoint(), settings.connectTimeout()));
        } catch (IOException e) {
            throw new MilterException(
                    settings.name() + " cannot be reached at " + settings.endpoint() + ": " + e.getMessage(), e);
        }
    }

    private static MilterException trouble(MilterSettings settings, char command, IOException e) {
        return new MilterException(settings.name() + " at " + Codes.name(command) + ": " + e.getMessage(), e);
    }

    Negotiated negotiated() {
        return negotiated;
    }

    /** @param macros what there is to tell with it; the filter may have asked for some of them only */
    Answer tell(char command, Payload payload, Macros macros) throws IOException {
        if (!negotiated.wants(command)) {
            return Answer.CONTINUE;
        }
        write(command, payload, macros);
        return negotiated.answers(command) ? answer(command, settings.commandTimeout(), NONE) : Answer.CONTINUE;
    }

    /** Without waiting: what it says does not matter. */
    void inform(char command, Payload payload, Macros macros) throws IOException {
        if (negotiated.wants(command)) {
            write(command, payload, macros);
            packets.flush();
            if (negotiated.answers(command)) {
                owed++;
            }
        }
    }

    private void write(char command, Payload payload, Macros macros) {
        Map<String, String> values = macros.of(command, negotiated);
        if (!values.isEmpty()) {
            var named = new Payload().octet(command);
            values.forEach((name, value) -> named.text(name).text(value));
            packets.write(Codes.MACRO, named.array());
        }
        packets.write(command, payload.array());
    }

    /** The body, in pieces, until the filter has seen enough. */
    Answer body(InputStream body) throws IOException {
        if (!negotiated.wants(Codes.BODY)) {
            return Answer.CONTINUE;
        }
        var chunk = new byte[Codes.CHUNK];
        for (int length = body.readNBytes(chunk, 0, chunk.length);
                length > 0;
                length = body.readNBytes(chunk, 0, chunk.length)) {
            packets.write(Codes.BODY, chunk, length);
            if (!negotiated.answers(Codes.BODY)) {
                packets.flush();
                continue;
            }
            Answer answer = answer(Codes.BODY, settings.commandTimeout(), NONE);
            if (!(answer instanceof Answer.Continue)) {
                return answer;
            }
        }
        return Answer.CONTINUE;
    }

    /** The end of the message: the filter makes its changes and says what it thinks of it. */
    Answer end(Macros macros, Changes changes) throws IOException {
        write(Codes.BODYEOB, new Payload(), macros);
        return answer(Codes.BODYEOB, settings.contentTimeout(), changes);
    }

    /** This message will not be finished. */
    void abort() throws IOException {
        packets.write(Codes.ABORT, new byte[0]);
        packets.flush();
    }

    private Answer answer(char command, Duration timeout, Changes changes) throws IOException {
        try {
            while (owed > 0) {
                if (packets.read(timeout).type != Codes.PROGRESS) {
                    owed--;
                }
            }
            while (true) {
                Packet packet = packets.read(timeout);
                switch (packet.type) {
                    case Codes.PROGRESS -> {}
                    case Codes.CONTINUE -> {
                        return Answer.CONTINUE;
                    }
                    case Codes.ACCEPT -> {
                        return new Answer.Accept();
                    }
                    case Codes.DISCARD -> {
                        if (command == Codes.CONNECT || command == Codes.HELO) {
                            throw new MilterException("discards, but there is no message");
                        }
                        return new Answer.Discard();
                    }
                    case Codes.SKIP -> {
                        return new Answer.Skip();
                    }
                    case Codes.REJECT -> {
                        return new Answer.Refuse(Answer.REJECTED, false);
                    }
                    case Codes.TEMPFAIL -> {
                        return new Answer.Refuse(Answer.TEMPFAILED, false);
                    }
                    case Codes.REPLYCODE -> {
                        return Answer.worded(packet.text());
                    }
                    case Codes.CONN_FAIL, Codes.SHUTDOWN -> {
                        return new Answer.Refuse(Answer.SHUT_DOWN, true);
                    }
                    default -> {
                        if (!CHANGES.contains(packet.type)) {
                            throw new MilterException("said '" + packet.type + "', which the protocol does not know");
                        }
                        changes.take(packet);
                    }
                }
            }
        } catch (IOException e) {
            throw trouble(settings, command, e);
        }
    }

    private static final Set<Character> CHANGES = Set.of(
            Codes.ADDRCPT,
            Codes.ADDRCPT_PAR,
            Codes.DELRCPT,
            Codes.REPLBODY,
            Codes.CHGFROM,
            Codes.ADDHEADER,
            Codes.INSHEADER,
            Codes.CHGHEADER,
            Codes.QUARANTINE);

    /** Says goodbye; nobody waits for an answer. */
    void quit() {
        try {
            packets.write(Codes.QUIT, new byte[0]);
            packets.flush();
        } catch (IOException e) {
            // It is gone already.
        }
        close();
    }

    @Override
    public void close() {
        try {
            packets.close();
        } catch (IOException e) {
            // It is gone one way or the other.
        }
    }
}
