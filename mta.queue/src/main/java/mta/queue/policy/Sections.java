package mta.queue.policy;

import java.util.Map;

/** What sections of the configuration have in common. */
final class Sections {

    private Sections() {}

    /** The name behind the factory's PID: {@code gmail} of {@code mta.policy~gmail}. */
    static String name(Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        int tilde = pid.lastIndexOf('~');
        return tilde < 0 ? pid : pid.substring(tilde + 1);
    }
}
