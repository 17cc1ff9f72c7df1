package mta.plugins.api.mail;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The header section of a message. Reading shows it as it was when the call began; the mutators are edits, applied in
 * order when the call returns in time with an admissible verdict. Not thread-safe.
 */
@ProviderType
public interface Headers {

    /** All fields, top to bottom. */
    List<Header> all();

    List<Header> all(String name);

    /** The value of the topmost field of that name. */
    Optional<String> first(String name);

    /** Puts a field on top, above the trace fields. */
    void prepend(Header header);

    /** Puts a field at the bottom. */
    void append(Header header);

    /**
     * Puts a field before the one at this index.
     *
     * @param index 0 is the top; beyond the end means the bottom
     */
    void insert(int index, Header header);

    /**
     * Replaces the n-th field of its name, counted from 0 at the top; appends where there is none.
     */
    void replace(int n, Header header);

    /** Removes the n-th field of that name, counted from 0 at the top; none there: nothing happens. */
    void remove(String name, int n);

    /** Removes all fields of that name. */
    void remove(String name);
}
