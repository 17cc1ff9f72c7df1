package plugins.headerrules;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a rule does with what it has found. */
enum Action {
    /** With the reply of its text; no later rule is asked. */
    REFUSE,
    /** Takes the message and drops it; no later rule is asked. */
    DISCARD,
    HOLD,
    /** To the address of its text instead of all recipients. */
    REDIRECT,
    /** To the address of its text as well. */
    BCC,
    /** A field above the one that was found; at the bottom where none was. */
    ADD,
    REPLACE,
    REMOVE,
    /** Its text as a note of the message. */
    NOTE,
    LOG,
    /** Nothing, and later rules do not see the field. */
    SKIP,
    TENANT,
    CAMPAIGN,
    PRIORITY,
    POOL,
    TRANSPORT,
    ROUTE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Action of(String word) {
        return Arrays.stream(values())
                .filter(action -> action.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("action: one of "
                        + Arrays.stream(values()).map(Action::word).collect(Collectors.joining(", ")) + ", not: "
                        + word));
    }

    /** Whether the chain of rules ends with it. */
    boolean ends() {
        return this == REFUSE || this == DISCARD;
    }

    /** Whether it says where the message waits and how it leaves. */
    boolean places() {
        return ordinal() >= TENANT.ordinal();
    }

    boolean changesFields() {
        return this == ADD || this == REPLACE || this == REMOVE;
    }
}
