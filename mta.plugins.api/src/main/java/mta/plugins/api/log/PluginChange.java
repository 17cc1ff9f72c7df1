package mta.plugins.api.log;

import java.time.Instant;

/**
 * A plugin's bundle came, changed or went, or was refused.
 *
 * @param bundle its symbolic name; the file's name where it has none
 * @param version the one this is about
 * @param change {@code installed}, {@code updated}, {@code uninstalled}, {@code enabled}, {@code disabled}, {@code refused}
 * @param before the version that was in force until then, or stays when this one is refused; empty: none
 * @param why for a refusal {@code unreadable}, {@code unresolved}, {@code api}, {@code start}, {@code selftest},
 *     {@code required}; otherwise empty
 * @param reason in words; empty where there is nothing to say
 */
public record PluginChange(
        Instant time, String bundle, String version, String change, String before, String why, String reason)
        implements LogRecord {

    @Override
    public void describe(Fields out) {
        out.text("bundle", bundle);
        out.text("version", version);
        out.text("change", change);
        out.text("before", before);
        out.text("why", why);
        out.text("reason", reason);
    }
}
