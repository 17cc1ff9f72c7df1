package plugins.logsyslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mta.testkit.peer.Peer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real rsyslog makes of our messages. */
@Tag("peers")
class RsyslogPeersTest {

    @TempDir
    Path directory;

    private List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Test
    void rsyslogReadsThem() throws Exception {
        Path program = Peer.program("rsyslogd");
        int tcp = Peer.freePort();
        int udp = Peer.freePort();
        Path out = directory.resolve("out");
        Path config = Files.writeString(directory.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s" maxMessageSize="64k")
                module(load="imtcp")
                module(load="imudp")
                input(type="imtcp" address="127.0.0.1" port="%2$d")
                input(type="imudp" address="127.0.0.1" port="%3$d")
                template(name="all" type="string"
                  string="%%pri%%|%%timegenerated:::date-year%%|%%timereported:::date-rfc3339%%|%%hostname%%|%%app-name%%|%%msgid%%|%%structured-data%%|%%msg%%\\n")
                action(type="omfile" file="%4$s" template="all")
                """.formatted(directory, tcp, udp, out));
        try (var rig = new Rig();
                var peer = Peer.start(
                        directory,
                        program.toString(),
                        "-n",
                        "-f",
                        config.toString(),
                        "-i",
                        directory.resolve("pid").toString())) {
            peer.awaitPort(tcp);
            var stream = rig.plugin("tcp://127.0.0.1:" + tcp);
            stream.write(Rig.records(0, 1000));
            peer.await("the messages over tcp", () -> count(out) >= 1000);
            var lines = rig.plugin("tcp://127.0.0.1:" + tcp, "framing", "lines");
            lines.write(Rig.records(1000, 2000));
            peer.await("the messages as lines", () -> count(out) >= 2000);
            var datagrams = rig.plugin("udp://127.0.0.1:" + udp);
            datagrams.write(Rig.records(2000, 2010));
            peer.await("the messages over udp", () -> count(out) >= 2010);
            stream.close();
            lines.close();
            datagrams.close();
        }
        List<String> got =
                lines(out).stream().filter(line -> line.contains("|mta|")).toList();
        assertEquals(2010, got.size());
        for (int i = 0; i < 2010; i++) {
            String line = got.get(i);
            assertTrue(
                    line.matches(
                            "22\\|\\d{4}\\|1970-01-01T00:00:00(\\.0+)?(Z|\\+00:00)\\|mx1\\|mta\\|Test\\|-\\| ?\\{\"n\":"
                                    + i + "}"),
                    i + ": " + line);
        }
    }

    private long count(Path out) {
        return lines(out).stream().filter(line -> line.contains("|mta|")).count();
    }
}
