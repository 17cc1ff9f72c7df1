package mta.queue.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A child process puts, changes and removes under load and says so on its output after each call returned; it is killed
 * with SIGKILL after a random number of lines, again and again on the same spool. What it said must be true afterwards.
 */
class SpoolCrashTest {

    @TempDir
    Path directory;

    @Test
    void whatWasAnsweredSurvivesAndNothingIsHalf() throws IOException, InterruptedException {
        Random random = new Random(25);
        Map<Long, Long> bodies = new TreeMap<>();
        Map<String, String> expected = new TreeMap<>();
        int put = 0;
        for (int run = 0; run < 6; run++) {
            List<String> said = runAndKill(20 + random.nextInt(1500));
            Map<String, String> unsure = new TreeMap<>();
            put += learn(said, bodies, expected, unsure);
            verify(bodies, expected, unsure);
        }
        assertTrue(put > 300, "only " + put + " messages: the test proves nothing");
        SpoolTool.Report report = new SpoolTool(directory, System.out, SpoolTool.StateText.BASE64).check();
        assertTrue(report.sound());
        assertEquals(0, report.withoutEntry());
    }

    private List<String> runAndKill(int lines) throws IOException, InterruptedException {
        Path trouble = Files.createTempFile("spool-child", ".err");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        directory.toString())
                .redirectError(trouble.toFile())
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader reader = child.inputReader()) {
            String line = reader.readLine();
            while (line != null) {
                said.add(line);
                if (said.size() == lines) {
                    // Through its handle, which leaves our end of the pipe open.
                    child.toHandle().destroyForcibly();
                }
                line = reader.readLine();
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        String why = Files.readString(trouble);
        Files.delete(trouble);
        assertTrue(said.size() >= lines, "the child ended by itself after " + said.size() + " lines: " + why);
        return said;
    }

    /** Lines: "try remove M E", "removed M E", "try update M E", "updated M E", "put M seed length entries". */
    private static int learn(
            List<String> said, Map<Long, Long> bodies, Map<String, String> expected, Map<String, String> unsure) {
        int put = 0;
        for (String line : said) {
            String[] word = line.split(" ");
            if (!line.endsWith(".")) {
                continue;
            }
            switch (word[0]) {
                case "put" -> {
                    put++;
                    bodies.put(Long.parseLong(word[1]), Long.parseLong(word[2]));
                    for (int entry = 0; entry < Integer.parseInt(word[3]); entry++) {
                        expected.put(word[1] + "/" + entry, "new");
                    }
                }
                case "try" -> unsure.put(word[2] + "/" + word[3], word[1]);
                case "removed" -> {
                    unsure.remove(word[1] + "/" + word[2]);
                    expected.remove(word[1] + "/" + word[2]);
                }
                case "updated" -> {
                    unsure.remove(word[1] + "/" + word[2]);
                    expected.put(word[1] + "/" + word[2], "later");
                }
                default -> throw new AssertionError(line);
            }
        }
        return put;
    }

    private void verify(Map<Long, Long> bodies, Map<String, String> expected, Map<String, String> unsure)
            throws IOException {
        try (RocksSpool spool = new RocksSpool(Child.settings(directory))) {
            Map<String, String> seen = SpoolTest.replay(spool);
            for (Map.Entry<String, String> doubtful : unsure.entrySet()) {
                String now = seen.get(doubtful.getKey());
                if (doubtful.getValue().equals("remove") && now == null) {
                    expected.remove(doubtful.getKey());
                } else if (doubtful.getValue().equals("update") && now != null) {
                    expected.put(doubtful.getKey(), now);
                }
            }
            for (Map.Entry<String, String> entry : expected.entrySet()) {
                assertEquals(entry.getValue(), seen.get(entry.getKey()), entry.getKey());
            }
            for (String key : seen.keySet()) {
                // An entry that was not answered may be there, but then it is whole.
                long message = Long.parseLong(key.substring(0, key.indexOf('/')));
                Body body = spool.body(message).orElseThrow(() -> new AssertionError("no body for " + key));
                byte[] content = SpoolTest.read(body);
                assertEquals(body.bytes(), content.length);
                if (bodies.containsKey(message)) {
                    assertArrayEquals(Child.content(bodies.get(message)), content);
                } else {
                    assertFalse(expected.containsKey(key));
                    spool.commit(
                            new Batch().remove(message, Integer.parseInt(key.substring(key.indexOf('/') + 1))),
                            Durability.WRITTEN);
                }
            }
        }
    }

    /** The process that is killed. */
    static final class Child {

        private Child() {}

        static SpoolSettings settings(Path directory) {
            // Small buffers, so that flushes, compactions and log switches happen under the kill.
            return SpoolSettings.of(directory)
                    .floor(0)
                    .buffers(1 << 20, 256 << 10, 4 << 20)
                    .cache(1 << 20);
        }

        static byte[] content(long seed) {
            return SpoolTest.content(seed, seed % 25 == 0 ? 700_000 : (int) (seed % 9000));
        }

        public static void main(String[] arguments) throws InterruptedException {
            RocksSpool spool = new RocksSpool(settings(Path.of(arguments[0])));
            spool.replay((_, _, _) -> {});
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 16; t++) {
                threads.add(Thread.ofVirtual().start(() -> work(spool)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        private static void say(String line) {
            synchronized (System.out) {
                System.out.print(line + " .\n");
                System.out.flush();
            }
        }

        private static void work(RocksSpool spool) {
            Random random = new Random();
            for (int i = 0; i < 1_000_000; i++) {
                long seed = random.nextInt(1_000_000);
                if (random.nextInt(10) == 0) {
                    try (Draft draft = spool.draft(SpoolTest.number())) {
                        draft.write(new byte[1000]);
                    }
                    continue;
                }
                int entries = 1 + random.nextInt(3);
                byte[][] states = new byte[entries][];
                java.util.Arrays.fill(states, SpoolTest.state("new"));
                long message = SpoolTest.put(spool, content(seed), states);
                say("put " + message + " " + seed + " " + entries);
                int entry = random.nextInt(entries);
                if (random.nextBoolean()) {
                    say("try remove " + message + " " + entry);
                    spool.commit(new Batch().remove(message, entry), Durability.WRITTEN);
                    say("removed " + message + " " + entry);
                } else {
                    say("try update " + message + " " + entry);
                    spool.commit(new Batch().update(message, entry, SpoolTest.state("later")), Durability.WRITTEN);
                    say("updated " + message + " " + entry);
                }
            }
        }
    }
}
