package mta.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.Lookup;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.UserFor;
import org.junit.jupiter.api.Test;

class LookupCommandTest {

    private final StringBuilder forgotten = new StringBuilder();
    private final LookupCommand verb = new LookupCommand(new Lookup() {
        @Override
        @SuppressWarnings("unchecked")
        public <V> Optional<V> find(Query<V> query) throws Unresolved {
            return (Optional<V>)
                    switch (query) {
                        case UserFor(String name) -> Optional.of(new UserFor.User(name, "$6$secret", "shop", true));
                        case AliasFor(Address address)
                        when address.equals(Address.of("a@b.example")) ->
                            Optional.of(List.of(Address.of("c@d.example"), Address.of("e@f.example")));
                        case DomainFor _ -> throw new Unresolved("database away");
                        default -> Optional.empty();
                    };
        }

        @Override
        public void forget(Class<? extends Query<?>> type) {
            forgotten.append(type.getSimpleName());
        }
    });

    private Object ask(String... words) {
        return verb.lookup(words);
    }

    @Test
    void answersAreShownAndSecretsAreNot() {
        var table = assertInstanceOf(Table.class, ask("UserFor", "ann"));
        assertEquals(List.of("name", "ann"), table.rows().get(0));
        assertEquals(List.of("secret", "(not shown)"), table.rows().get(1));
        var aliases = assertInstanceOf(Table.class, ask("AliasFor", "a@b.example"));
        assertEquals(2, aliases.rows().size());
    }

    @Test
    void notFoundAndCannotTellAreDifferent() {
        assertEquals("not found", ask("AliasFor", "x@b.example"));
        assertTrue(assertInstanceOf(Refusal.class, ask("DomainFor", "b.example"))
                .toString()
                .contains("cannot tell"));
    }

    @Test
    void mistakesAreSaid() {
        assertInstanceOf(Refusal.class, ask());
        assertInstanceOf(Refusal.class, ask("NoneFor", "x"));
        assertInstanceOf(Refusal.class, ask("UserFor", "x", "y"));
        assertInstanceOf(Refusal.class, ask("Lookup", "x"));
        ask("forget", "UserFor");
        assertEquals("UserFor", forgotten.toString());
    }
}
