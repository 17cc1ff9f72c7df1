package plugins.lookupldap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.lookup.SourcePolicy;
import mta.plugins.api.Address;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.Table;
import mta.plugins.api.policy.UserFor;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LdapLookupTest {

    static final String[] QUERIES = {
        "DomainFor", "ou=domains,dc=example,dc=org?description?one?(dc={domain})",
        "UserFor", "ou=people,dc=example,dc=org?name=mail,secret=userPassword,tenant=o?sub?(mail={name})",
        "AliasFor", "ou=lists,dc=example,dc=org?mail?sub?(cn={local})",
        "Table", "ou=people,dc=example,dc=org?sn?sub?(&(o={name})(uid={key}))"
    };

    private InMemoryDirectoryServer server;
    private LDAPConnectionPool pool;

    @BeforeEach
    void start() throws Exception {
        var configuration = new InMemoryDirectoryServerConfig("dc=example,dc=org");
        configuration.addAdditionalBindCredentials("cn=mta", "secret");
        configuration.setSchema(null);
        configuration.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("test", InetAddress.getLoopbackAddress(), 0, null));
        server = new InMemoryDirectoryServer(configuration);
        server.add("dn: dc=example,dc=org", "objectClass: domain");
        for (String unit : List.of("domains", "people", "lists")) {
            server.add("dn: ou=" + unit + ",dc=example,dc=org", "objectClass: organizationalUnit");
        }
        server.add("dn: dc=a.example,ou=domains,dc=example,dc=org", "objectClass: domain", "description: local");
        server.add(
                "dn: uid=ann,ou=people,dc=example,dc=org",
                "objectClass: inetOrgPerson",
                "mail: ann@a.example",
                "userPassword: $6$x",
                "o: shop",
                "sn: Ann (the *first*)");
        server.add("dn: uid=bob,ou=people,dc=example,dc=org", "objectClass: inetOrgPerson", "mail: bob@a.example");
        server.add(
                "dn: cn=sales,ou=lists,dc=example,dc=org",
                "objectClass: groupOfNames",
                "mail: ann@a.example",
                "mail: bob@a.example");
        server.add("dn: cn=empty,ou=lists,dc=example,dc=org", "objectClass: groupOfNames");
        server.startListening();
    }

    @AfterEach
    void stop() {
        pool.close();
        server.shutDown(true);
    }

    private SourcePolicy policy(String password, String... queries) {
        var properties = new HashMap<String, Object>();
        for (int i = 0; i < queries.length; i += 2) {
            properties.put("queries." + queries[i], queries[i + 1]);
        }
        var config = Settings.of(
                LdapLookup.Config.class,
                "url",
                "ldap://127.0.0.1:" + server.getListenPort(),
                "bindDn",
                "cn=mta",
                "password",
                password,
                "timeout",
                "10s");
        pool = Directory.open(LdapLookup.settings("test", config));
        return LdapLookup.policy(pool, config, properties);
    }

    @SuppressWarnings("unchecked")
    static Optional<Object> find(SourcePolicy policy, Query<?> query) throws Exception {
        return policy.find((Query<Object>) query).map(Answer::value);
    }

    @Test
    void entriesBecomeAnswers() throws Exception {
        var policy = policy("secret", QUERIES);
        assertEquals(Optional.of(DomainFor.Role.LOCAL), find(policy, new DomainFor("a.example")));
        assertEquals(Optional.empty(), find(policy, new DomainFor("b.example")));
        assertEquals(
                Optional.of(new UserFor.User("ann@a.example", "$6$x", "shop", true)),
                find(policy, new UserFor("Ann@a.example")));
        assertEquals(
                Optional.of(new UserFor.User("bob@a.example", "", "", true)),
                find(policy, new UserFor("bob@a.example")));
        assertEquals(
                Optional.of(List.of(Address.of("ann@a.example"), Address.of("bob@a.example"))),
                find(policy, new AliasFor(Address.of("sales@a.example"))));
        assertEquals(Optional.empty(), find(policy, new AliasFor(Address.of("empty@a.example"))));
        assertEquals(Optional.of("Ann (the *first*)"), find(policy, new Table("shop", "ann")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*@a.example", "ann@a.example)(uid=*", "x)(|(mail=*", "ann@a.example\\2a", "\\", "("})
    void nobodysNameBecomesAPartOfTheFilter(String name) throws Exception {
        assertEquals(Optional.empty(), find(policy("secret", QUERIES), new UserFor(name)));
    }

    @Test
    void troubleIsNotNotFound() throws Exception {
        assertThrows(LDAPException.class, () -> find(policy("wrong", QUERIES), new UserFor("ann@a.example")));
        pool.close();
        var elsewhere = policy("secret", "UserFor", "ou=nowhere,dc=example,dc=org?mail?sub?(mail={name})");
        assertThrows(LDAPException.class, () -> find(elsewhere, new UserFor("ann@a.example")), "no such base");
        pool.close();
        var policy = policy("secret", QUERIES);
        assertTrue(find(policy, new UserFor("ann@a.example")).isPresent());
        server.shutDown(true);
        assertThrows(LDAPException.class, () -> find(policy, new UserFor("ann@a.example")));
    }

    @Test
    void aClosedConnectionIsMadeAnew() throws Exception {
        var policy = policy("secret", QUERIES);
        assertTrue(find(policy, new UserFor("ann@a.example")).isPresent());
        server.closeAllConnections(false);
        assertTrue(find(policy, new UserFor("ann@a.example")).isPresent());
    }

    @Test
    void searchesAreChecked() {
        assertEquals(
                Map.of("name", "mail", "o", "o"),
                Search.parse("dc=x?name=mail, o?one?(mail={name})").attributes());
        assertThrows(IllegalArgumentException.class, () -> Search.parse("dc=x?mail?sub"));
        assertThrows(IllegalArgumentException.class, () -> Search.parse("dc=x??sub?(a=b)"));
        assertThrows(IllegalArgumentException.class, () -> Search.parse("dc=x?mail?all?(a=b)"));
        assertThrows(IllegalArgumentException.class, () -> Search.parse("dc=x?mail?sub?(a={name}"));
        assertThrows(
                IllegalArgumentException.class, () -> policy("secret", "DomainFor", "dc=x?mail?sub?(mail={name})"));
        policy("secret", QUERIES);
    }
}
