package mta.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.bench.args.UsageException;

/** Counts a process's system calls with strace, which slows it down severalfold: rates of such a run mean nothing. */
final class SystemCalls {
    private static final String PROGRAM = "/usr/bin/strace";

    private final Child strace;
    private final Folder folder;

    private SystemCalls(Child strace, Folder folder) {
        this.strace = strace;
        this.folder = folder;
    }

    static SystemCalls start(long pid, Path parent) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of(PROGRAM))) {
            throw new UsageException("--strace needs strace (apt-get install strace)");
        }
        var folder = Folder.below(parent, "mta-bench-strace-");
        var child = Child.start(
                "strace",
                List.of(
                        PROGRAM,
                        "-c",
                        "-f",
                        "-o",
                        folder.path().resolve("calls").toString(),
                        "-p",
                        Long.toString(pid)));
        child.await(line -> line.contains("attached"), Duration.ofSeconds(20));
        return new SystemCalls(child, folder);
    }

    /** Stops counting; calls by name, most frequent first. */
    Map<String, Long> stop() throws IOException {
        new ProcessBuilder("kill", "-INT", Long.toString(strace.pid())).start();
        try {
            strace.join(Duration.ofSeconds(20));
            return parse(Files.readString(folder.path().resolve("calls")));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        } finally {
            folder.close();
        }
    }

    /** Reads the table that strace -c prints: % time, seconds, usecs/call, calls, [errors,] name. */
    static Map<String, Long> parse(String table) {
        var calls = new LinkedHashMap<String, Long>();
        table.lines()
                .map(String::trim)
                .filter(line -> line.matches("[0-9.]+ +[0-9.]+ +[0-9]+ +[0-9]+.* [a-z_0-9]+"))
                .map(line -> line.split(" +"))
                .filter(fields -> !fields[fields.length - 1].equals("total"))
                .sorted((a, b) -> Long.compare(Long.parseLong(b[3]), Long.parseLong(a[3])))
                .forEach(fields -> calls.put(fields[fields.length - 1], Long.parseLong(fields[3])));
        return calls;
    }
}
