package mta.plugins.api.policy;

/** What this node is to a recipient domain. */
public record DomainFor(String domain) implements Query<DomainFor.Role> {

    public enum Role {
        /** Mail for it is delivered or handed on from here: anybody may send to it. */
        RELAY,
        /** Its mailboxes are here; recipients can be checked with {@link UserFor} and {@link AliasFor}. */
        LOCAL,
        /** Known and refused. */
        CLOSED
    }
}
