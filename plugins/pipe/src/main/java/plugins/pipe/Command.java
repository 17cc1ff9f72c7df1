package plugins.pipe;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.plugins.api.Address;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;

/**
 * A program as configured.
 *
 * @param argv path of the program and its arguments; a placeholder is replaced within its argument and never makes two of
 *     one: nothing is split, quoted or expanded
 * @param envelope whether Return-Path and Delivered-To go on top of the message
 * @param crlf whether lines end as in SMTP, not as programs expect them
 * @param maxOutput bytes of what it says that are kept
 */
record Command(
        String name,
        List<String> argv,
        Path directory,
        Map<String, String> environment,
        boolean envelope,
        boolean crlf,
        Duration timeout,
        int maxOutput) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
    private static final Set<String> KNOWN = Set.of("sender", "recipient", "local", "domain", "id", "size");

    Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty() || !argv.getFirst().startsWith("/")) {
            throw new IllegalArgumentException(
                    "command: the absolute path of a program and its arguments, not: " + argv);
        }
        if (PLACEHOLDER.matcher(argv.getFirst()).find()) {
            throw new IllegalArgumentException("command: senders do not choose the program: " + argv.getFirst());
        }
        for (String argument : argv) {
            PLACEHOLDER.matcher(argument).results().forEach(word -> requireKnown(word.group(1)));
        }
        if (timeout.isZero()) {
            throw new IllegalArgumentException("timeout: more than 0");
        }
    }

    private static void requireKnown(String word) {
        if (!KNOWN.contains(word)) {
            throw new IllegalArgumentException(
                    "command: {sender}, {recipient}, {local}, {domain}, {id} and {size} are known, not {" + word + "}");
        }
    }

    /**
     * The arguments for one recipient; empty if a value would be taken for an option: it begins an argument and itself
     * begins with a dash, as in {@code <-oX/etc/passwd@example.org>}.
     */
    Optional<List<String>> arguments(Message message, Recipient recipient) {
        var arguments = new ArrayList<String>();
        for (String argument : argv) {
            String filled = PLACEHOLDER
                    .matcher(argument)
                    .replaceAll(word -> Matcher.quoteReplacement(value(word.group(1), message, recipient)));
            if (filled.startsWith("-") && !argument.startsWith("-")) {
                return Optional.empty();
            }
            arguments.add(filled);
        }
        return Optional.of(arguments);
    }

    private static String value(String word, Message message, Recipient recipient) {
        Address address = recipient.address();
        return switch (word) {
            case "sender" -> message.envelope().sender().address().toString();
            case "recipient" -> address.toString();
            case "local" -> address.localPart();
            case "domain" -> address.domain();
            case "id" -> message.id();
            default -> Long.toString(message.content().size());
        };
    }
}
