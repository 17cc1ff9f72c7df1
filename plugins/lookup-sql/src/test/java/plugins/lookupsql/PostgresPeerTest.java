package plugins.lookupsql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

/** A real PostgreSQL, a cluster of the test's own. */
@Tag("peers")
@Timeout(180)
class PostgresPeerTest {

    private static final Path DRIVER = Rig.jar("org.postgresql.Driver");

    @TempDir
    Path folder;

    private final int port = Peer.freePort();

    /** PostgreSQL does not run as root. */
    private List<String> command(String program, String... words) throws IOException {
        Peer.program("pg_ctlcluster"); // of the same package; the server itself is on nobody's path
        Path bin;
        try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            bin = versions.sorted().toList().getLast().resolve("bin");
        }
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of(
                    Peer.program("setpriv").toString(), "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(bin.resolve(program).toString());
        command.addAll(List.of(words));
        return command;
    }

    private void cluster() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        var process = new ProcessBuilder(command("initdb", "-D", folder + "/data", "-A", "trust", "-U", "mta", "-N"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("initdb.log").toFile())
                .start();
        assertEquals(0, process.waitFor(), () -> {
            try {
                return Files.readString(folder.resolve("initdb.log"));
            } catch (IOException e) {
                return e.toString();
            }
        });
    }

    private Peer server() throws IOException {
        return Peer.start(
                        folder,
                        command(
                                        "postgres",
                                        "-D",
                                        folder + "/data",
                                        "-p",
                                        Integer.toString(port),
                                        "-c",
                                        "listen_addresses=127.0.0.1",
                                        "-c",
                                        "unix_socket_directories=",
                                        "-c",
                                        "fsync=off")
                                .toArray(String[]::new))
                .awaitPort(port);
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=mta";
    }

    private static void run(Rig rig, String... statements) throws Exception {
        for (int i = 0; ; i++) { // the port is open before the server takes connections
            try (Connection connection = rig.database().connection();
                    var statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
                return;
            } catch (SQLException e) {
                if (i == 20 || e.getMessage().contains("syntax")) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    @Test
    void answersAsItsTablesSay() throws Exception {
        cluster();
        try (Peer server = server();
                var rig = new Rig(
                        url(),
                        DRIVER,
                        "DomainFor",
                        "select role from domains where name = :domain",
                        "UserFor",
                        "select name, secret, tenant, enabled from users where lower(name) = lower(:name)",
                        "AliasFor",
                        "select targets from aliases where local = :user and domain = :domain",
                        "QueueFor",
                        "select name, value from settings where domain = :destination",
                        "Table.age",
                        "select age from ages where id = cast(:key as integer)")) {
            run(
                    rig,
                    "create table domains(name text primary key, role text)",
                    "insert into domains values('a.example', 'local')",
                    "create table users(name text, secret text, tenant text, enabled boolean)",
                    "insert into users values('ann@a.example', '$6$x', null, true), ('bob@a.example', '', 'shop', false)",
                    "create table aliases(local text, domain text, targets text[])",
                    "insert into aliases values('all', 'a.example', '{ann@a.example,bob@a.example}')",
                    "create table settings(domain text, name text, value text)",
                    "insert into settings values('slow.example', 'expiry', '2d'), ('slow.example', 'maxAttempts', '9')",
                    "create table ages(id integer, age interval)",
                    "insert into ages values(7, '3 days')");
            assertEquals(Optional.of(DomainFor.Role.LOCAL), rig.find(new DomainFor("a.example")));
            assertEquals(Optional.empty(), rig.find(new DomainFor("a'; drop table domains; --")));
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
                    Optional.of(Map.of("expiry", "2d", "maxAttempts", "9")),
                    rig.find(new QueueFor("", "", "slow.example")));
            assertEquals(Optional.of("3 days"), rig.find(new Table("age", "7")));
            assertThrows(SQLException.class, () -> rig.find(new Table("age", "seven")), "cannot tell");
            assertEquals(Optional.of("3 days"), rig.find(new Table("age", "7")), "the connection still works");
        }
    }

    @Test
    void isWaitedForAndComesBack() throws Exception {
        cluster();
        try (var rig = new Rig(url(), DRIVER, "Table.t", "select 'blue'")) {
            var query = new Table("t", "k");
            assertThrows(SQLException.class, () -> rig.find(query), "it has not been started");
            try (Peer server = server()) {
                run(rig, "select 1");
                assertEquals(Optional.of("blue"), rig.find(query));
            }
            assertThrows(SQLException.class, () -> rig.find(query), "it has been stopped");
            try (Peer server = server()) {
                run(rig, "select 1");
                assertEquals(Optional.of("blue"), rig.find(query));
            }
        }
    }
}
