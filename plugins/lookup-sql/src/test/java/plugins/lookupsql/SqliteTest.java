package plugins.lookupsql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.QueueFor;
import mta.plugins.api.policy.Table;
import mta.plugins.api.policy.UserFor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteTest {

    private static final Path DRIVER = Rig.jar("org.sqlite.JDBC");

    @TempDir
    Path folder;

    private String url() {
        return "jdbc:sqlite:" + folder.resolve("mail.db");
    }

    private void run(Rig rig, String... statements) throws SQLException {
        try (Connection connection = rig.database().connection();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void rowsBecomeAnswers() throws Exception {
        try (var rig = new Rig(
                url(),
                DRIVER,
                "DomainFor",
                "select role from domains where name = :domain",
                "UserFor",
                "select name, secret, tenant, enabled from users where name = :name",
                "AliasFor",
                "select target from aliases where address = :user || '@' || :domain",
                "PoolFor",
                "select source, weight from pools where pool = :pool order by source",
                "QueueFor",
                "select expiry, max_attempts from queues where destination = :destination",
                "Table.colours",
                "select max(colour) from colours where thing = :key")) {
            run(
                    rig,
                    "create table domains(name, role)",
                    "insert into domains values('a.example', 'local')",
                    "create table users(name, secret, tenant, enabled)",
                    "insert into users values('ann', '$6$x', null, 1), ('bob', '', 'shop', 0)",
                    "create table aliases(address, target)",
                    "insert into aliases values('l@a.example', 'x@a.example'), ('l@a.example', 'y@a.example')",
                    "create table pools(pool, source, weight)",
                    "insert into pools values('p', 'out1', 3), ('p', 'out2', null)",
                    "create table queues(destination, expiry, max_attempts)",
                    "insert into queues values('slow.example', '2d', null)",
                    "create table colours(thing, colour)",
                    "insert into colours values('sky', 'blue')");
            assertEquals(Optional.of(DomainFor.Role.LOCAL), rig.find(new DomainFor("a.example")));
            assertEquals(Optional.empty(), rig.find(new DomainFor("b.example")));
            assertEquals(Optional.of(new UserFor.User("ann", "$6$x", "", true)), rig.find(new UserFor("ann")));
            assertEquals(Optional.of(new UserFor.User("bob", "", "shop", false)), rig.find(new UserFor("bob")));
            assertEquals(
                    Optional.of(List.of(Address.of("x@a.example"), Address.of("y@a.example"))),
                    rig.find(new AliasFor(Address.of("l+more@a.example"))));
            assertEquals(
                    Optional.of(List.of(new PoolFor.Member("out1", 3), new PoolFor.Member("out2", 1))),
                    rig.find(new PoolFor("p")));
            assertEquals(Optional.of(Map.of("expiry", "2d")), rig.find(new QueueFor("", "", "slow.example")));
            assertEquals(Optional.of("blue"), rig.find(new Table("colours", "sky")));
            assertEquals(Optional.empty(), rig.find(new Table("colours", "sea")), "a row of NULL is no row");
        }
    }

    @Test
    void whatAClientSaysIsNeverSql() throws Exception {
        try (var rig = new Rig(url(), DRIVER, "Table.t", "select v from t where k = :key")) {
            run(rig, "create table t(k, v)", "insert into t values('a', '1')");
            assertEquals(Optional.empty(), rig.find(new Table("t", "x' or '1'='1")));
            assertEquals(Optional.empty(), rig.find(new Table("t", "'; drop table t; --")));
            assertEquals(Optional.of("1"), rig.find(new Table("t", "a")));
        }
    }

    @Test
    void troubleIsNotNotFound() throws Exception {
        try (var rig = new Rig(url(), DRIVER, "DomainFor", "select role from domains where name = :domain")) {
            assertThrows(SQLException.class, () -> rig.find(new DomainFor("a.example")), "there is no such table");
            run(rig, "create table domains(name, role)", "insert into domains values('a.example', 'perhaps')");
            var e = assertThrows(IllegalArgumentException.class, () -> rig.find(new DomainFor("a.example")));
            assertEquals("one of [relay, local, closed], not 'perhaps'", e.getMessage());
        }
    }

    @Test
    void aDriverIsWaitedFor() throws Exception {
        Path jars = Files.createDirectory(folder.resolve("jdbc"));
        try (var rig = new Rig(url(), jars, "Table.t", "select 1")) {
            var e = assertThrows(SQLException.class, () -> rig.find(new Table("t", "k")));
            assertEquals("no driver for jdbc:sqlite: in [" + jars + "]", e.getMessage());
            Files.copy(DRIVER, jars.resolve("sqlite.jar"));
            Optional<String> found = Optional.empty();
            for (long end = System.nanoTime() + 60_000_000_000L; found.isEmpty() && System.nanoTime() < end; ) {
                try {
                    found = rig.find(new Table("t", "k"));
                } catch (SQLException stillMissing) {
                    Thread.sleep(100);
                }
            }
            assertEquals(Optional.of("1"), found);
        }
    }

    @Test
    void aWrongSectionIsRefused() {
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> new Rig(url(), DRIVER, "DomainFor", "select role from domains where name = :name"));
        assertTrue(e.getMessage().startsWith("queries.DomainFor: there is no value name"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Rig(url(), DRIVER, "DomainFor", "select 'a"));
    }
}
