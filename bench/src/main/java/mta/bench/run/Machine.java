package mta.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The machine in general words: what a reader needs to judge a figure, and nothing that identifies it. */
public final class Machine {
    private Machine() {}

    public static Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("processors", Runtime.getRuntime().availableProcessors());
        map.put("memory_gib", memoryGib());
        map.put(
                "os",
                System.getProperty("os.name") + " "
                        + System.getProperty("os.version").replaceAll("-.*", ""));
        map.put("java", Runtime.version().toString());
        return map;
    }

    public static String text() {
        var map = json();
        return map.get("processors") + " processors, " + map.get("memory_gib") + " GiB, " + map.get("os") + ", Java "
                + map.get("java");
    }

    private static long memoryGib() {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> Math.round(Long.parseLong(line.replaceAll("[^0-9]", "")) / 1048576.0))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
