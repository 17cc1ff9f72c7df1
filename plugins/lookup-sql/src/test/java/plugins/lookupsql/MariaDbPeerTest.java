package plugins.lookupsql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.QueueFor;
import mta.plugins.api.policy.Table;
import mta.plugins.api.policy.UserFor;
import mta.testkit.peer.Peer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real MariaDB with a data folder of the test's own, and its driver as an operator would drop it in. */
@Tag("peers")
@Timeout(180)
class MariaDbPeerTest {

    private static final Path DRIVER = Rig.jar("org.mariadb.jdbc.Driver");

    @TempDir
    Path folder;

    private final int port = Peer.freePort();

    /** It runs as whoever runs the test: as root only if it is told to. */
    private List<String> command(String program, String... words) {
        var command = new ArrayList<String>(List.of(
                Peer.program(program).toString(),
                "--no-defaults",
                "--datadir=" + folder + "/data",
                "--user=" + System.getProperty("user.name")));
        command.addAll(List.of(words));
        return command;
    }

    private void install() throws Exception {
        Path log = folder.resolve("install.log");
        var process = new ProcessBuilder(command("mariadb-install-db", "--skip-test-db"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int status = process.waitFor();
        assertEquals(0, status, Files.readString(log));
        Files.writeString(folder.resolve("first.sql"), """
                create database if not exists mail character set utf8mb4;
                create user if not exists 'mta'@'127.0.0.1' identified by 'secret';
                grant all on mail.* to 'mta'@'127.0.0.1';
                """);
    }

    private Peer server() {
        return Peer.start(
                        folder,
                        command(
                                        "mariadbd",
                                        "--port=" + port,
                                        "--bind-address=127.0.0.1",
                                        "--socket=" + folder + "/s",
                                        "--pid-file=" + folder + "/pid",
                                        "--skip-name-resolve",
                                        "--innodb-flush-log-at-trx-commit=0",
                                        "--init-file=" + folder + "/first.sql")
                                .toArray(String[]::new))
                .awaitPort(port);
    }

    private String url() {
        return "jdbc:mariadb://127.0.0.1:" + port + "/mail?user=mta&password=secret";
    }

    private static void run(Rig rig, String... statements) throws SQLException {
        try (Connection connection = rig.database().connection();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void answersAsItsTablesSay() throws Exception {
        install();
        try (Peer server = server();
                var rig = new Rig(
                        url(),
                        DRIVER,
                        "DomainFor",
                        "select role from domains where name = :domain",
                        "UserFor",
                        "select name, secret, tenant, enabled from users where name = :name",
                        "AliasFor",
                        "select target from aliases where local = :user and domain = :domain order by target",
                        "QueueFor",
                        "select expiry, max_attempts from queues where domain = :destination",
                        "Table.name",
                        "select name from names where id = cast(:key as integer)",
                        "Table.gone",
                        "select x from no_such_table")) {
            run(
                    rig,
                    "create table domains(name varchar(200) primary key, role varchar(10))",
                    "insert into domains values('a.example', 'local'), ('xn--bcher-kva.example', 'relay')",
                    "create table users(name varchar(200), secret text, tenant varchar(50), enabled boolean)",
                    "insert into users values('ann@a.example', '$6$x', null, true), ('bob@a.example', '', 'shop', false)",
                    "create table aliases(local varchar(100), domain varchar(100), target varchar(200))",
                    "insert into aliases values('all', 'a.example', 'ann@a.example'), ('all', 'a.example', 'bob@a.example')",
                    "create table queues(domain varchar(100), expiry varchar(10), max_attempts integer)",
                    "insert into queues values('slow.example', '2d', 9)",
                    "create table names(id integer, name varchar(100))",
                    "insert into names values(7, 'Grüße ☺')");
            assertEquals(Optional.of(DomainFor.Role.LOCAL), rig.find(new DomainFor("a.example")));
            assertEquals(Optional.of(DomainFor.Role.RELAY), rig.find(new DomainFor("bücher.example")));
            assertEquals(Optional.empty(), rig.find(new DomainFor("b.example")));
            assertEquals(Optional.empty(), rig.find(new DomainFor("a\\'; drop table domains; -- ")));
            assertEquals(
                    Optional.of(new UserFor.User("ann@a.example", "$6$x", "", true)),
                    rig.find(new UserFor("Ann@A.example")));
            assertEquals(
                    Optional.of(new UserFor.User("bob@a.example", "", "shop", false)),
                    rig.find(new UserFor("bob@a.example")));
            assertEquals(
                    Optional.of(List.of(Address.of("ann@a.example"), Address.of("bob@a.example"))),
                    rig.find(new AliasFor(Address.of("all+x@a.example"))));
            assertEquals(
                    Optional.of(Map.of("expiry", "2d", "max_attempts", "9")),
                    rig.find(new QueueFor("", "", "slow.example")));
            assertEquals(Optional.of("Grüße ☺"), rig.find(new Table("name", "7")));
            assertEquals(Optional.empty(), rig.find(new Table("name", "8")));
            assertThrows(SQLException.class, () -> rig.find(new Table("gone", "7")), "cannot tell");
            assertEquals(Optional.of("Grüße ☺"), rig.find(new Table("name", "7")), "the connection still works");
        }
    }

    @Test
    void isWaitedForAndComesBack() throws Exception {
        install();
        try (var rig =
                new Rig(url(), DRIVER, "Table.t", "select 'blue'", "Table.none", "select 1 from dual where 1 = 0")) {
            var query = new Table("t", "k");
            assertThrows(SQLException.class, () -> rig.find(query), "it has not been started");
            try (Peer server = server()) {
                assertEquals(Optional.of("blue"), rig.find(query));
                assertEquals(Optional.empty(), rig.find(new Table("none", "k")));
            }
            assertThrows(SQLException.class, () -> rig.find(query), "it has been stopped");
            assertThrows(SQLException.class, () -> rig.find(new Table("none", "k")), "not told apart from not there");
            try (Peer server = server()) {
                assertEquals(Optional.of("blue"), rig.find(query));
            }
        }
    }
}
