package mta.testkit.author.project;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a new plugin begins as; the templates lie in a folder of its name. */
enum PluginKind {
    RECEPTION(
            true,
            "It decides about mail while it comes in: refuses recipients whose mailbox is closed.",
            "Mail to nobody@... is now refused with 550 5.2.1."),
    ROUTING(
            true,
            "It decides where mail goes: takes a message's campaign from a header field.",
            "`./mta queue summary campaign` now counts by X-Campaign."),
    DELIVERY(
            true,
            "It decides around delivery: retries refusals that are not meant for good.",
            "`550 ... rate limit ...` from a far side is now tried again."),
    TRANSPORT(
            false,
            "It is a way to deliver: puts each message into a folder.",
            "Mail for example.net now lies in the instance's `var/@name@`."),
    POLICY(
            false,
            "It answers questions of the node: which domains it takes mail for.",
            "Mail for example.net is now taken from anybody."),
    RECORD_SINK(
            false,
            "It takes the node's records: writes one line for each event.",
            "What happens now stands in the instance's `var/@name@.log`.");

    private final boolean inScripts;
    private final String what;
    private final String see;

    PluginKind(boolean inScripts, String what, String see) {
        this.inScripts = inScripts;
        this.what = what;
        this.see = see;
    }

    String what() {
        return what;
    }

    /** How its effect is seen. */
    String see() {
        return see;
    }

    String folder() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    static Stream<PluginKind> all(Language language) {
        return Arrays.stream(values()).filter(kind -> language == Language.JAVA || kind.inScripts);
    }

    static Optional<PluginKind> named(String name, Language language) {
        return all(language).filter(kind -> kind.folder().equals(name)).findFirst();
    }

    static String names(Language language) {
        return all(language).map(PluginKind::folder).collect(Collectors.joining(", "));
    }
}
