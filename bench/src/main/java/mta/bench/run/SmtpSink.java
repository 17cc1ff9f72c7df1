package mta.bench.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Postfix's smtp-sink: the discarding C program that rates are compared with. */
final class SmtpSink implements Target {
    private static final String PROGRAM = "/usr/sbin/smtp-sink";

    private final Child child;
    private final InetSocketAddress smtp;

    private SmtpSink(Child child, InetSocketAddress smtp) {
        this.child = child;
        this.smtp = smtp;
    }

    static boolean installed() {
        return Files.isExecutable(Path.of(PROGRAM));
    }

    static SmtpSink start() throws IOException, InterruptedException {
        var smtp = new InetSocketAddress("127.0.0.1", Ports.free());
        var command = new ArrayList<>(List.of(PROGRAM));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "nobody")); // it refuses to run as root
        }
        command.addAll(List.of("127.0.0.1:" + smtp.getPort(), "1024"));
        var child = Child.start("smtp-sink", command);
        try {
            Ports.awaitGreeting(smtp, Duration.ofSeconds(10));
        } catch (InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
        return new SmtpSink(child, smtp);
    }

    @Override
    public String name() {
        return "smtp-sink";
    }

    @Override
    public InetSocketAddress smtp() {
        return smtp;
    }

    @Override
    public long pid() {
        return child.pid();
    }

    @Override
    public void close() {
        child.close();
    }
}
