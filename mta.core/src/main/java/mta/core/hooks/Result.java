package mta.core.hooks;

import mta.plugins.api.hooks.FailureAction;

/** How one call of a plugin came out. */
sealed interface Result<R> {

    record Returned<R>(R value) implements Result<R> {}

    /** It failed, which has been recorded; this is what to do instead. */
    record Failed<R>(FailureAction action, String what) implements Result<R> {}
}
