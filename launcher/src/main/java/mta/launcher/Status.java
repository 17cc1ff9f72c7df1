package mta.launcher;

/** Exit statuses of the process. */
final class Status {

    /** Stopped in order, by signal or by command. */
    static final int OK = 0;

    /** The start failed, or the orderly stop ran out of time; the reason is on standard error. */
    static final int FAILED = 1;

    /** The configuration is wrong: EX_CONFIG of sysexits.h. A supervisor should not try again. */
    static final int CONFIG = 78;

    private Status() {}
}
