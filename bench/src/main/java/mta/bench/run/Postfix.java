package mta.bench.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mta.bench.args.UsageException;

/**
 * Debian's Postfix as the server under test: its own folders, one loopback port, everything else as Postfix ships it, so
 * a message is on disk before its 250. Needs root, because Postfix does.
 */
final class Postfix implements Target {
    private static final String PROGRAM = "/usr/sbin/postfix";

    private final Folder folder;
    private final InetSocketAddress smtp;
    private final long pid;

    private Postfix(Folder folder, InetSocketAddress smtp, long pid) {
        this.folder = folder;
        this.smtp = smtp;
        this.pid = pid;
    }

    static Postfix start(Path parent, Route route) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of(PROGRAM))) {
            throw new UsageException("--postfix needs Debian's postfix package (apt-get install postfix)");
        }
        if (!System.getProperty("user.name").equals("root")) {
            throw new UsageException("--postfix needs root, because Postfix does");
        }
        var folder = Folder.below(parent, "mta-bench-postfix-");
        try {
            return start(folder, route);
        } catch (IOException | InterruptedException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static Postfix start(Folder folder, Route route) throws IOException, InterruptedException {
        int port = Ports.free();
        Path home = folder.path();
        home.toFile().setExecutable(true, false); // its processes are not root and must get through
        home.toFile().setReadable(true, false);
        Files.createDirectories(home.resolve("spool"));
        Files.createDirectories(home.resolve("data"));
        Files.setOwner(
                home.resolve("data"),
                home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix"));
        folder.write("main.cf", """
                compatibility_level = 3.6
                queue_directory = %1$s/spool
                data_directory = %1$s/data
                command_directory = /usr/sbin
                daemon_directory = /usr/lib/postfix/sbin
                mail_owner = postfix
                setgid_group = postdrop
                myhostname = postfix.bench.example
                mydestination =
                alias_maps =
                local_recipient_maps =
                mynetworks = 127.0.0.0/8
                smtpd_relay_restrictions = permit_mynetworks, reject
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                smtp_host_lookup = native
                disable_dns_lookups = yes
                message_size_limit = 0
                maillog_file = %1$s/maillog
                maillog_file_prefixes = %1$s
                %2$s
                """.formatted(
                        home,
                        switch (route) {
                            case Target.To(InetSocketAddress to) -> "relayhost = [127.0.0.1]:" + to.getPort();
                            case Target.Discard() -> "default_transport = discard:bench";
                        }));
        folder.write("master.cf", """
                127.0.0.1:%d inet n - n - - smtpd
                pickup   unix n - n 60 1 pickup
                cleanup  unix n - n - 0 cleanup
                qmgr     unix n - n 300 1 qmgr
                rewrite  unix - - n - - trivial-rewrite
                bounce   unix - - n - 0 bounce
                defer    unix - - n - 0 bounce
                trace    unix - - n - 0 bounce
                verify   unix - - n - 1 verify
                flush    unix n - n 1000? 0 flush
                proxymap unix - - n - - proxymap
                smtp     unix - - n - - smtp
                relay    unix - - n - - smtp
                showq    unix n - n - - showq
                error    unix - - n - - error
                retry    unix - - n - - error
                discard  unix - - n - - discard
                anvil    unix - - n - 1 anvil
                scache   unix - - n - 1 scache
                postlog  unix-dgram n - n - 1 postlogd
                """.formatted(port));
        try (var starter = Child.start("postfix start", List.of(PROGRAM, "-c", home.toString(), "start"))) {
            int code = starter.join(Duration.ofSeconds(30));
            if (code != 0) {
                throw new IllegalStateException("postfix did not start:\n" + starter.lastWords(15) + "\n" + log(home));
            }
        }
        var smtp = new InetSocketAddress("127.0.0.1", port);
        Ports.awaitGreeting(smtp, Duration.ofSeconds(30));
        long pid = Long.parseLong(
                Files.readString(home.resolve("spool/pid/master.pid")).trim());
        return new Postfix(folder, smtp, pid);
    }

    private static String log(Path home) throws IOException {
        Path log = home.resolve("maillog");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Override
    public String name() {
        return "postfix";
    }

    @Override
    public InetSocketAddress smtp() {
        return smtp;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public void close() {
        try (var stopper =
                Child.start("postfix stop", List.of(PROGRAM, "-c", folder.path().toString(), "stop"))) {
            stopper.join(Duration.ofSeconds(30));
        } catch (IOException | InterruptedException e) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
        folder.close();
    }
}
