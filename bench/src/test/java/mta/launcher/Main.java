package mta.launcher;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import mta.bench.run.FakeRelay;
import mta.bench.run.Target;

/** Stands in for the real launcher: reads the port and the route from the configuration and relays. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(System.getProperty("mta.data"));
        String conf = Files.readString(data.resolve("conf/bench.yaml"));
        int sink = number(conf, "route: .*:([0-9]+)");
        var route = sink == 0 ? new Target.Discard() : new Target.To(new InetSocketAddress("127.0.0.1", sink));
        new FakeRelay(number(conf, "endpoint: .*:([0-9]+)"), route, 0, 0);
        Files.createDirectories(data.resolve("var"));
        Path mail = data.resolve("var/mail-was-queued");
        if (Files.exists(mail) && sink != 0) {
            redeliver(sink);
        }
        Files.writeString(mail, "yes");
        System.out.println("mta ready in 1 ms: fake");
        Thread.sleep(Long.MAX_VALUE);
    }

    /** What a node does that finds mail in its spool. */
    private static void redeliver(int sink) throws Exception {
        var load = mta.bench.load.Load.standard(new InetSocketAddress("127.0.0.1", sink), 3);
        new mta.bench.load.Generator(load).run();
    }

    private static int number(String text, String pattern) {
        var matcher = Pattern.compile(pattern).matcher(text.replace("\"", ""));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
