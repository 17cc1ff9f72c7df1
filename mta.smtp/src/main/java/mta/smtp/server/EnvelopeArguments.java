package mta.smtp.server;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mta.plugins.api.Address;
import mta.plugins.api.Reply;
import mta.plugins.api.mail.BodyType;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Recipient.Notify;
import mta.plugins.api.mail.Sender;
import mta.smtp.server.Parsed.Bad;
import mta.smtp.server.Parsed.Good;
import mta.smtp.wire.Cursor;
import mta.smtp.wire.EsmtpParameters;
import mta.smtp.wire.PathParser;
import mta.smtp.wire.SyntaxException;
import mta.smtp.wire.Xtext;

/**
 * The arguments of MAIL and RCPT with all parameters that the server knows. A parameter is known only while its
 * keyword is announced (RFC 5321 section 4.1.1.11); those that plugins have announced are let through. Pure.
 *
 * @param keywords what the answer to EHLO has announced
 * @param others parameters that plugins let through
 * @param authenticated whether AUTH= of MAIL is believed (RFC 4954 section 5)
 */
record EnvelopeArguments(Set<String> keywords, Set<String> others, boolean authenticated) {

    private static final int MAX_ENVID = 100;
    private static final int MAX_ORCPT = 500;

    Parsed<Sender> mail(Cursor in) {
        Address address;
        Map<String, String> parameters;
        if (!in.takeWord("FROM:")) {
            return new Bad<>(Reply.of(501, "5.5.4", "Syntax: MAIL FROM:<address>"));
        }
        try {
            in.takeSpace();
            address = PathParser.reversePath(in);
        } catch (SyntaxException e) {
            return new Bad<>(Reply.of(501, "5.1.7", "Bad sender address: " + where(e)));
        }
        try {
            parameters = EsmtpParameters.parse(in);
            Sender sender = sender(address, parameters);
            if (!sender.smtpUtf8() && !(PathParser.isAscii(address) && allAscii(parameters))) {
                return new Bad<>(Reply.of(553, "5.6.7", "Addresses outside ASCII need SMTPUTF8"));
            }
            return new Good<>(sender);
        } catch (SyntaxException e) {
            return new Bad<>(Reply.of(501, "5.5.4", "Bad parameter: " + where(e)));
        } catch (UnknownParameter e) {
            return new Bad<>(e.reply());
        }
    }

    Parsed<Recipient> rcpt(Cursor in, boolean utf8) {
        Address address;
        if (!in.takeWord("TO:")) {
            return new Bad<>(Reply.of(501, "5.5.4", "Syntax: RCPT TO:<address>"));
        }
        try {
            in.takeSpace();
            address = PathParser.forwardPath(in);
        } catch (SyntaxException e) {
            return new Bad<>(Reply.of(501, "5.1.3", "Bad recipient address: " + where(e)));
        }
        try {
            Map<String, String> parameters = EsmtpParameters.parse(in);
            if (!utf8 && !(PathParser.isAscii(address) && allAscii(parameters))) {
                return new Bad<>(Reply.of(553, "5.6.7", "Addresses outside ASCII need SMTPUTF8"));
            }
            return new Good<>(recipient(address, parameters));
        } catch (SyntaxException e) {
            return new Bad<>(Reply.of(501, "5.5.4", "Bad parameter: " + where(e)));
        } catch (UnknownParameter e) {
            return new Bad<>(e.reply());
        }
    }

    private static String where(SyntaxException e) {
        return e.getMessage() + " at " + e.position();
    }

    private static boolean allAscii(Map<String, String> parameters) {
        return parameters.values().stream().allMatch(PathParser::isAscii);
    }

    private Sender sender(Address address, Map<String, String> parameters) throws SyntaxException, UnknownParameter {
        if (parameters.isEmpty()) {
            return Sender.of(address);
        }
        var body = BodyType.SEVEN_BIT;
        var size = OptionalLong.empty();
        boolean utf8 = false;
        boolean requireTls = false;
        var ret = Sender.Ret.UNSPECIFIED;
        Optional<String> envid = Optional.empty();
        Optional<String> auth = Optional.empty();
        var priority = OptionalInt.empty();
        var rest = new HashMap<String, String>();
        for (var parameter : parameters.entrySet()) {
            String value = parameter.getValue();
            switch (known(parameter.getKey())) {
                case "BODY" -> body = body(value);
                case "SIZE" -> size = OptionalLong.of(number(value));
                case "SMTPUTF8" -> utf8 = bare(value, "SMTPUTF8");
                case "REQUIRETLS" -> requireTls = bare(value, "REQUIRETLS");
                case "RET" -> ret = ret(value);
                case "ENVID" -> envid = Optional.of(decoded(value, MAX_ENVID, "ENVID"));
                case "AUTH" -> auth = Optional.of(authenticated ? Xtext.decode(value) : "<>");
                case "MT-PRIORITY" -> priority = OptionalInt.of(priority(value));
                default -> rest.put(parameter.getKey(), value);
            }
        }
        return new Sender(address, body, size, utf8, requireTls, ret, envid, auth, priority, rest);
    }

    /** The parameter if the server knows it, the empty string if it is for a plugin. */
    private String known(String parameter) throws UnknownParameter {
        String keyword = switch (parameter) {
            case "BODY" -> "8BITMIME";
            case "RET", "ENVID" -> "DSN";
            default -> parameter;
        };
        return switch (keyword) {
            case "8BITMIME", "SIZE", "SMTPUTF8", "REQUIRETLS", "DSN", "AUTH", "MT-PRIORITY" -> {
                if (!keywords.contains(keyword)) {
                    throw new UnknownParameter(parameter);
                }
                yield parameter;
            }
            default -> {
                if (!others.contains(parameter)) {
                    throw new UnknownParameter(parameter);
                }
                yield "";
            }
        };
    }

    private Recipient recipient(Address address, Map<String, String> parameters)
            throws SyntaxException, UnknownParameter {
        if (parameters.isEmpty()) {
            return Recipient.of(address);
        }
        Set<Notify> notifyOn = Set.of();
        Optional<String> orcpt = Optional.empty();
        var rest = new HashMap<String, String>();
        for (var parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            boolean dsn = name.equals("NOTIFY") || name.equals("ORCPT");
            if (dsn ? !keywords.contains("DSN") : !others.contains(name)) {
                throw new UnknownParameter(name);
            }
            switch (name) {
                case "NOTIFY" -> notifyOn = notifyOn(parameter.getValue());
                case "ORCPT" -> orcpt = Optional.of(orcpt(parameter.getValue()));
                default -> rest.put(name, parameter.getValue());
            }
        }
        return new Recipient(address, notifyOn, orcpt, rest);
    }

    private BodyType body(String value) throws SyntaxException {
        for (BodyType type : BodyType.values()) {
            if (type.word().equalsIgnoreCase(value)
                    && (type != BodyType.BINARY_MIME || keywords.contains("BINARYMIME"))) {
                return type;
            }
        }
        throw new SyntaxException("unknown BODY", 0);
    }

    private static long number(String value) throws SyntaxException {
        long number = 0;
        if (value.isEmpty() || value.length() > 20) {
            throw new SyntaxException("SIZE is a number of at most 20 digits", 0);
        }
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new SyntaxException("SIZE is a number", i);
            }
            number = number > Long.MAX_VALUE / 20 ? Long.MAX_VALUE / 10 : number * 10 + digit;
        }
        return number;
    }

    private static boolean bare(String value, String keyword) throws SyntaxException {
        if (!value.isEmpty()) {
            throw new SyntaxException(keyword + " has no value", 0);
        }
        return true;
    }

    private static Sender.Ret ret(String value) throws SyntaxException {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "FULL" -> Sender.Ret.FULL;
            case "HDRS" -> Sender.Ret.HDRS;
            default -> throw new SyntaxException("RET is FULL or HDRS", 0);
        };
    }

    private static int priority(String value) throws SyntaxException {
        if (!value.matches("-?[0-9]")) {
            throw new SyntaxException("MT-PRIORITY is -9 to 9", 0);
        }
        return Integer.parseInt(value);
    }

    private static String decoded(String value, int max, String what) throws SyntaxException {
        if (value.isEmpty() || value.length() > max) {
            throw new SyntaxException(what + " has 1 to " + max + " characters", 0);
        }
        return Xtext.decode(value);
    }

    private static Set<Notify> notifyOn(String value) throws SyntaxException {
        var kinds = EnumSet.noneOf(Notify.class);
        for (String word : value.split(",", -1)) {
            kinds.add(
                    switch (word.toUpperCase(Locale.ROOT)) {
                        case "NEVER" -> Notify.NEVER;
                        case "SUCCESS" -> Notify.SUCCESS;
                        case "FAILURE" -> Notify.FAILURE;
                        case "DELAY" -> Notify.DELAY;
                        default -> throw new SyntaxException("NOTIFY is NEVER, or of SUCCESS, FAILURE and DELAY", 0);
                    });
        }
        if (kinds.contains(Notify.NEVER) && kinds.size() > 1) {
            throw new SyntaxException("NOTIFY=NEVER stands alone", 0);
        }
        return kinds;
    }

    private static String orcpt(String value) throws SyntaxException {
        int semicolon = value.indexOf(';');
        if (semicolon < 1 || semicolon == value.length() - 1 || value.length() > MAX_ORCPT) {
            throw new SyntaxException("ORCPT is type;address", 0);
        }
        return value.substring(0, semicolon + 1) + Xtext.decode(value.substring(semicolon + 1));
    }

    /** A parameter that was not announced: 555 (RFC 5321 section 4.1.1.11). */
    private static final class UnknownParameter extends Exception {

        private static final long serialVersionUID = 1L;

        UnknownParameter(String name) {
            super(name, null, false, false);
        }

        Reply reply() {
            return Reply.of(555, "5.5.4", "Parameter not recognized: " + getMessage());
        }
    }
}
