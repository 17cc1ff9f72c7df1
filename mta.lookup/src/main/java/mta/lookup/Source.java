package mta.lookup;

import java.util.Optional;

/** Somewhere answers are kept. Called on the thread that asks, interrupted at its deadline; thread-safe. */
@FunctionalInterface
public interface Source {

    /**
     * @return empty: not there
     * @throws Exception cannot tell
     */
    Optional<Found> ask(Question question) throws Exception;
}
