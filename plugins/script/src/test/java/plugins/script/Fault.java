package plugins.script;

/** What a plugin does wrong, how it does so in each language, and what the record calls it. */
enum Fault {
    THROWS("throws", "threw", "throw new Error('boom');"),
    WAITS("waits", "late", "mta.http.get(mta.config('silent'), { timeout: '60s' });"),
    IGNORES("ignores interruption", "hung", "for (;;) { try { for (;;) {} } catch (e) {} }"),
    SPINS("spins", "hung", "for (;;) {}"),
    NULL("returns null", "null", ""),
    INADMISSIBLE("inadmissible", "inadmissible", "return mta.later('1h', '451 4.7.1 later');"),
    LATE("answers late", "late", ""),
    LEAKS("edits later", "", "if (!globalThis.kept) { globalThis.kept = args; } else { edit(globalThis.kept); }"),
    ERROR("Error", "threw", "const f = () => f() + 1; f();"),
    LINKAGE("LinkageError", "threw", ""),
    WRONG_TYPE("wrong type", "threw", "return { neither: 'this nor that' };");

    final String title;

    /** As in PluginFailure; empty: the call itself is no failure. */
    final String word;

    /** The body of a function; empty: JavaScript has no such fault. */
    final String script;

    Fault(String title, String word, String script) {
        this.title = title;
        this.word = word;
        this.script = script;
    }

    /** Whether its call has to run into its deadline. */
    boolean needsDeadline() {
        return this == WAITS || this == IGNORES || this == SPINS || this == LATE;
    }

    /** What the record says of it, in this language. An endless loop of a script is stopped, whatever it catches. */
    String word(Language language) {
        return language == Language.JAVASCRIPT && (this == IGNORES || this == SPINS) ? "late" : word;
    }

    boolean exists(Language language) {
        return switch (language) {
            case JAVA -> this != WRONG_TYPE;
            case JAVASCRIPT -> !script.isEmpty();
        };
    }

    enum Language {
        JAVA,
        JAVASCRIPT
    }
}
