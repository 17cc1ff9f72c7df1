package mta.core.hooks;

/** A plan that must not come into force; the old one stays. The message says why. */
final class PlanRefused extends Exception {

    private static final long serialVersionUID = 1L;

    PlanRefused(String message) {
        super(message);
    }
}
