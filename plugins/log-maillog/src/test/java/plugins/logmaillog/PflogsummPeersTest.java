package plugins.logmaillog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.testkit.peer.Peer;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real pflogsumm counts in our lines. */
@Tag("peers")
class PflogsummPeersTest {

    @TempDir
    Path directory;

    private String report(String time) throws Exception {
        String pflogsumm = Peer.program("pflogsumm").toString();
        Path file = directory.resolve("mail.log");
        var plugin = new Maillog(
                Settings.of(Maillog.Config.class, "file", file.toString(), "hostname", "mx1", "time", time),
                ZoneOffset.UTC);
        plugin.write(List.of(
                Samples.session("quit"),
                Samples.received("0G5ZQ3K8N0001", "a@origin.example", 1000, "b@dest.example", "c@dest.example"),
                Samples.received("0G5ZQ3K8N0002", "a@origin.example", 3000, "b@dest.example"),
                Samples.injected("0G5ZQ3K8N0003", "reports@origin.example"),
                Samples.delivered("0G5ZQ3K8N0001", "b@dest.example"),
                Samples.delivered("0G5ZQ3K8N0001", "c@dest.example"),
                Samples.deferred("0G5ZQ3K8N0002", "b@dest.example"),
                Samples.deferred("0G5ZQ3K8N0002", "b@dest.example"),
                Samples.bounced("0G5ZQ3K8N0003", "nobody@dest.example"),
                Samples.injected("0G5ZQ3K8N0004", ""),
                Samples.rejected("rcpt", "x@elsewhere.example", "550 5.7.1 Relaying denied"),
                Samples.rejected("connect", "", "554 5.7.1 Not you"),
                Samples.rejected("mail", "", "450 4.7.1 Too many messages"),
                Samples.rejected("message", "", "554 5.7.1 Spam"),
                Samples.held("0G5ZQ3K8N0005"),
                Samples.login(false),
                Samples.unreachable()));
        plugin.close();
        Process process = new ProcessBuilder("perl", pflogsumm, "--smtpd-stats", file.toString())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        return text;
    }

    private static void counted(String report, String what, String number) {
        Matcher matcher =
                Pattern.compile("(?m)^\\s*(\\S+)\\s+" + Pattern.quote(what)).matcher(report);
        assertTrue(matcher.find(), () -> what + " in\n" + report);
        assertEquals(number, matcher.group(1), () -> what + " in\n" + report);
    }

    @ParameterizedTest
    @ValueSource(strings = {"traditional", "iso"})
    void everythingIsCounted(String time) throws Exception {
        String report = report(time);
        counted(report, "received", "4"); // three and the held one; a notification is not received
        counted(report, "delivered", "2");
        counted(report, "deferred  (2  deferrals)", "1");
        counted(report, "bounced", "1");
        counted(report, "rejected", "4");
        counted(report, "held", "1");
        counted(report, "bytes received", "5600");
        counted(report, "bytes delivered", "2000");
        counted(report, "senders", "2");
        counted(report, "recipients", "2");
        counted(report, "connections", "1");
        assertTrue(report.contains("Mailbox full"), report);
        assertTrue(report.contains("Relaying denied"), report);
        assertTrue(report.contains("SASL PLAIN authentication failed"), report);
        assertTrue(report.contains("b@dest.example"), report);
    }
}
