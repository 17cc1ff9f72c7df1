package mta.bench.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mta.bench.load.Load;

/** Postfix's smtp-source, so that others can compare. It never pipelines, and numbers nothing. */
final class SmtpSource {
    private static final String PROGRAM = "/usr/sbin/smtp-source";

    private SmtpSource() {}

    static boolean installed() {
        return Files.isExecutable(Path.of(PROGRAM));
    }

    /** Sends and returns the nanoseconds it took; fails when the program does. */
    static long run(Load load, InetSocketAddress to) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                PROGRAM,
                "-s",
                Integer.toString(load.connections()),
                "-l",
                Integer.toString(load.size()),
                "-m",
                Long.toString(load.messages()),
                "-f",
                "bench@sender.example",
                "-t",
                "user@dest.example"));
        if (load.keep()) {
            command.add("-d");
        }
        command.add("127.0.0.1:" + to.getPort());
        long start = System.nanoTime();
        try (var child = Child.start("smtp-source", command)) {
            int code = child.join(load.duration().plus(Duration.ofSeconds(60)));
            if (code != 0) {
                throw new IllegalStateException("smtp-source failed: " + child.lastWords(5));
            }
        }
        return System.nanoTime() - start;
    }
}
