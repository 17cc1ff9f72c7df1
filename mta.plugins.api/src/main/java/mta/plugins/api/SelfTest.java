package mta.plugins.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Implemented by a plugin's service that can tell whether it would work. Called once, before the service takes its first
 * call; a new version whose test fails is not put in force, and the version before it stays.
 */
@ConsumerType
public interface SelfTest {

    /**
     * Returns if all is well. Runs on a thread of its own and has ten seconds; no mail waits for it.
     *
     * @throws Exception saying what is wrong, in words for an operator
     */
    void selftest() throws Exception;
}
