package mta.plugins.api.policy;

/** A mailbox or login by name. */
public record UserFor(String name) implements Query<UserFor.User> {

    /**
     * @param name canonical
     * @param secret hashed password in the form of crypt or PHC, or the empty string
     * @param tenant whom the user's mail belongs to, or the empty string
     * @param enabled whether mail and logins are taken
     */
    public record User(String name, String secret, String tenant, boolean enabled) {

        /** Without the secret: this may reach a log. */
        @Override
        public String toString() {
            return name + (tenant.isEmpty() ? "" : "/" + tenant) + (enabled ? "" : " (disabled)");
        }
    }
}
