package mta.plugins.api.hooks;

import java.util.Optional;
import mta.plugins.api.Verdict;
import org.osgi.annotation.versioning.ProviderType;

/** One stage of a hook point, ready to be run. Hold on to it: it stays valid for the life of the runner. Thread-safe. */
@ProviderType
public interface Stage<T> {

    /** What to do with a plugin. Whatever it throws is the plugin's failure. */
    @FunctionalInterface
    interface Work<T, R> {
        R run(T plugin, Call call) throws Exception;
    }

    /** What an observer is told. */
    @FunctionalInterface
    interface Notice<T> {
        void tell(T plugin, Call call) throws Exception;
    }

    /** Whether anything is bound for this selector; if not, build nothing and call nothing. */
    boolean bound(Pin pin, Selector selector);

    /**
     * Runs the chain on the calling thread.
     *
     * <p>An {@link Verdict.Accept} that does not end the chain is remembered: if nobody ends it, it is the decision. A
     * failure has become the verdict that its binding's failure action stands for.
     */
    Decision decide(Pin pin, Selector selector, Work<T, Verdict> work);

    /**
     * Asks in order until one answers.
     *
     * @throws Unresolved if a binding failed and its failure action is not {@link FailureAction#NEXT}: cannot tell is
     *     never the same as not found
     */
    <R> Optional<R> resolve(Pin pin, Selector selector, Work<T, Optional<R>> work) throws Unresolved;

    /** Tells everybody, on the calling thread; failures are recorded and end there. */
    void observe(Pin pin, Selector selector, Notice<T> notice);
}
