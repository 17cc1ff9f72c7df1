package plugins.lookupldap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.Table;
import mta.plugins.api.policy.UserFor;
import mta.testkit.peer.Peer;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real OpenLDAP server. */
@Tag("peers")
@Timeout(120)
class SlapdPeerTest {

    @TempDir
    Path folder;

    @Test
    void answersAsItsEntriesSay() throws Exception {
        Path program = Peer.program("slapd");
        int port = Peer.freePort();
        Files.createDirectory(folder.resolve("db"));
        Files.writeString(folder.resolve("slapd.conf"), """
                include /etc/ldap/schema/core.schema
                include /etc/ldap/schema/cosine.schema
                include /etc/ldap/schema/inetorgperson.schema
                modulepath /usr/lib/ldap
                moduleload back_mdb
                pidfile %1$s/pid
                argsfile %1$s/args
                database mdb
                suffix dc=example,dc=org
                rootdn cn=mta,dc=example,dc=org
                rootpw secret
                directory %1$s/db
                """.formatted(folder));
        try (Peer server = Peer.start(
                        folder,
                        program.toString(),
                        "-d",
                        "0",
                        "-f",
                        folder + "/slapd.conf",
                        "-h",
                        "ldap://127.0.0.1:" + port)
                .awaitPort(port)) {
            fill(port);
            var properties = new HashMap<String, Object>();
            for (int i = 0; i < LdapLookupTest.QUERIES.length; i += 2) {
                properties.put("queries." + LdapLookupTest.QUERIES[i], LdapLookupTest.QUERIES[i + 1]);
            }
            properties.put("queries.AliasFor", "ou=lists,dc=example,dc=org?mail?sub?(uid={local})");
            var config = Settings.of(
                    LdapLookup.Config.class,
                    "url",
                    "ldap://127.0.0.1:" + port,
                    "bindDn",
                    "cn=mta,dc=example,dc=org",
                    "password",
                    "secret",
                    "timeout",
                    "20s");
            LDAPConnectionPool pool = Directory.open(LdapLookup.settings("test", config));
            try {
                var policy = LdapLookup.policy(pool, config, properties);
                assertEquals(
                        Optional.of(DomainFor.Role.LOCAL), LdapLookupTest.find(policy, new DomainFor("a.example")));
                assertEquals(Optional.empty(), LdapLookupTest.find(policy, new DomainFor("b.example")));
                assertEquals(
                        Optional.of(new UserFor.User("ann@a.example", "{SSHA}x", "shop", true)),
                        LdapLookupTest.find(policy, new UserFor("ann@a.example")));
                assertEquals(Optional.empty(), LdapLookupTest.find(policy, new UserFor("*")));
                assertEquals(
                        Optional.of(List.of(Address.of("ann@a.example"), Address.of("bob@a.example"))),
                        LdapLookupTest.find(policy, new AliasFor(Address.of("sales@a.example"))));
                assertEquals(Optional.of("Ann (*)"), LdapLookupTest.find(policy, new Table("shop", "ann")));
                server.close();
                assertThrows(LDAPException.class, () -> LdapLookupTest.find(policy, new UserFor("ann@a.example")));
            } finally {
                pool.close();
            }
        }
    }

    private static void fill(int port) throws Exception {
        try (var connection = new LDAPConnection("127.0.0.1", port, "cn=mta,dc=example,dc=org", "secret")) {
            connection.add("dn: dc=example,dc=org", "objectClass: domain", "dc: example");
            for (String unit : List.of("domains", "people", "lists")) {
                connection.add(
                        "dn: ou=" + unit + ",dc=example,dc=org", "objectClass: organizationalUnit", "ou: " + unit);
            }
            connection.add(
                    "dn: dc=a.example,ou=domains,dc=example,dc=org",
                    "objectClass: domain",
                    "dc: a.example",
                    "description: local");
            connection.add(
                    "dn: uid=ann,ou=people,dc=example,dc=org",
                    "objectClass: inetOrgPerson",
                    "uid: ann",
                    "cn: Ann",
                    "sn: Ann (*)",
                    "o: shop",
                    "mail: ann@a.example",
                    "userPassword: {SSHA}x");
            connection.add(
                    "dn: uid=sales,ou=lists,dc=example,dc=org",
                    "objectClass: inetOrgPerson",
                    "uid: sales",
                    "cn: Sales",
                    "sn: Sales",
                    "mail: ann@a.example",
                    "mail: bob@a.example");
        }
    }
}
