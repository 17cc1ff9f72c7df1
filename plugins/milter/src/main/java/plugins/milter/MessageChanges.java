package plugins.milter;

import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import plugins.milter.Packets.Packet;

/**
 * Makes edits of the message out of what a filter changes at its end, in the filter's order. Used by one thread, for one
 * message.
 */
final class MessageChanges implements Filter.Changes {

    private final Message message;
    private final Negotiated negotiated;
    private final OwnTrace trace;
    private final BodyBuffer body;
    private Optional<String> quarantine = Optional.empty();

    MessageChanges(Message message, Negotiated negotiated, OwnTrace trace) {
        this.message = message;
        this.negotiated = negotiated;
        this.trace = trace;
        body = new BodyBuffer(message.envelope().sender().body() == BodyType.BINARY_MIME);
    }

    @Override
    public void take(Packet change) throws IOException {
        if ((negotiated.actions() & needed(change.type)) == 0) {
            throw new MilterException("makes a change that it has not asked for: '" + change.type + "'");
        }
        try {
            make(change);
        } catch (IllegalArgumentException | NoSuchElementException e) {
            throw new MilterException("makes a change that cannot be: '" + change.type + "': " + e.getMessage(), e);
        }
    }

    private static int needed(char change) {
        return switch (change) {
            case Codes.ADDHEADER, Codes.INSHEADER -> 0x1;
            case Codes.REPLBODY -> 0x2;
            case Codes.ADDRCPT -> 0x4;
            case Codes.DELRCPT -> 0x8;
            case Codes.CHGHEADER -> 0x10;
            case Codes.QUARANTINE -> 0x20;
            case Codes.CHGFROM -> 0x40;
            case Codes.ADDRCPT_PAR -> 0x80;
            default -> 0;
        };
    }

    private void make(Packet change) throws IOException {
        switch (change.type) {
            case Codes.ADDHEADER -> message.headers().append(header(change.octets(), change.octets()));
            case Codes.INSHEADER -> {
                int index = change.number();
                message.headers().insert(Math.max(0, index), header(change.octets(), change.octets()));
            }
            case Codes.CHGHEADER -> changeHeader(change.number(), change.octets(), change.octets());
            case Codes.ADDRCPT -> add(Recipient.of(Mail.address(change.text())));
            case Codes.ADDRCPT_PAR -> {
                List<String> texts = change.texts();
                Recipient recipient = Recipient.of(Mail.address(texts.getFirst()));
                add(texts.size() > 1 ? withParameters(recipient, texts.get(1)) : recipient);
            }
            case Codes.DELRCPT -> message.removeRecipient(Recipient.of(Mail.address(change.text())));
            case Codes.CHGFROM -> changeSender(change.texts());
            case Codes.REPLBODY -> body.write(change.rest());
            case Codes.QUARANTINE -> quarantine = Optional.of(change.text());
            default -> throw new IllegalStateException("not a change: " + change.type);
        }
    }

    private void changeHeader(int index, String name, String value) {
        int n = trace.skipped(name, Math.max(1, index) - 1);
        if (value.isEmpty()) {
            message.headers().remove(name, n);
        } else {
            message.headers().replace(n, header(name, value));
        }
    }

    private void add(Recipient recipient) {
        boolean known = message.envelope().recipients().stream()
                .anyMatch(other -> other.address().equals(recipient.address()));
        if (!known) {
            message.addRecipient(recipient);
        }
    }

    /** RFC 3461 sections 4.1 and 4.2; parameters that are not known here stay as they are. */
    private static Recipient withParameters(Recipient recipient, String parameters) {
        var notify = EnumSet.noneOf(Recipient.Notify.class);
        Optional<String> orcpt = Optional.empty();
        var others = new HashMap<String, String>();
        for (String parameter : parameters.strip().split("\\s+")) {
            int equals = parameter.indexOf('=');
            String key = (equals < 0 ? parameter : parameter.substring(0, equals)).toUpperCase(Locale.ROOT);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            switch (key) {
                case "" -> {}
                case "NOTIFY" -> {
                    for (String word : value.toUpperCase(Locale.ROOT).split(",")) {
                        notify.add(Recipient.Notify.valueOf(word));
                    }
                }
                case "ORCPT" -> orcpt = Optional.of(Mail.unxtext(value));
                default -> others.put(key, value);
            }
        }
        return new Recipient(recipient.address(), notify, orcpt, others);
    }

    private void changeSender(List<String> texts) {
        Sender sender = message.envelope().sender();
        message.replaceSender(sender.withAddress(Mail.address(texts.getFirst())));
    }

    private Header header(String name, String value) {
        return new Header(name, (negotiated.leadingSpace() ? "" : " ") + folded(value));
    }

    /** Filters end lines with LF; what follows one is a fold, whatever the filter meant. */
    private static String folded(String value) {
        String lines = value.replace("\r\n", "\n").replace('\r', ' ').stripTrailing();
        return lines.replaceAll("\n(?![ \t])", "\n\t").replace("\n", "\r\n");
    }

    /** When the filter is done: the new body goes into the message. */
    void finish() throws IOException {
        if (body.isUsed()) {
            message.replaceBody(body.finish());
        }
    }

    Optional<String> quarantine() {
        return quarantine;
    }
}
