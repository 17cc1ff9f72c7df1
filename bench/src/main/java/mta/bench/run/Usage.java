package mta.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process and its descendants have used, as Linux counts it (proc(5)).
 *
 * @param cpuNanos processor time so far, that of descendants already gone included; exact to 10 ms
 * @param rssBytes resident memory now; pages shared between processes count for each
 */
record Usage(long cpuNanos, long rssBytes) {
    private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100 on every Linux that runs Java

    static Usage of(long pid) {
        var handle = ProcessHandle.of(pid);
        if (handle.isEmpty()) {
            return new Usage(0, 0);
        }
        long[] sums = new long[2];
        Stream.concat(Stream.of(handle.get()), handle.get().descendants()).forEach(process -> {
            sums[0] += ticks(process.pid()) * NANOS_PER_TICK;
            sums[1] += rss(process.pid());
        });
        return new Usage(sums[0], sums[1]);
    }

    private static long ticks(long pid) {
        String stat = text(pid, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
        long ticks = 0;
        for (int i = 11; i <= 14 && fields.length > 14; i++) { // utime, stime, cutime, cstime
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }

    private static long rss(long pid) {
        return text(pid, "status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .sum();
    }

    private static String text(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            return ""; // gone meanwhile, or not Linux
        }
    }
}
