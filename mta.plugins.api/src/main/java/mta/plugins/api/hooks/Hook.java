package mta.plugins.api.hooks;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import mta.plugins.api.Verdict;

/**
 * Makes a method of an interface a stage of a hook point. The interface's methods are all {@code default}, so that a
 * plugin implements the stages it wants and a stage added later breaks nobody.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Hook {

    Kind value();

    /** The verdicts that this stage admits; another one is a plugin error. Only for {@link Kind#DECIDE}. */
    Verdict.Kind[] admits() default {Verdict.Kind.NEXT, Verdict.Kind.ACCEPT, Verdict.Kind.REFUSE};

    /** What a failed call means unless the binding says otherwise. */
    FailureAction onError() default FailureAction.TEMPFAIL;

    /** How long a call may take unless the binding says otherwise, in milliseconds. */
    int timeoutMillis() default 5_000;
}
