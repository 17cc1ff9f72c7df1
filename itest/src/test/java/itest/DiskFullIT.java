package itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A spool on a file system that runs full: clients are put off, nothing accepted is lost, and space brings it back. */
public class DiskFullIT {

    private static final long LIMIT_SECONDS = 180;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder(Path.of("/tmp").toFile());

    @Test
    public void belowTheFloorMailIsPutOffUntilThereIsSpaceAgain() throws Exception {
        fill("64MiB");
    }

    @Test
    public void aDiskThatIsReallyFullCostsNothingThatWasAccepted() throws Exception {
        fill("0B");
    }

    private void fill(String floor) throws Exception {
        Path data = folder.newFolder("node").toPath();
        Path spool = Files.createDirectories(data.resolve("var/spool"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", spool.toString());
        if (!mounted && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("CI must be able to mount a tmpfs");
        }
        assumeTrue("skipped: mounting a tmpfs needs root", mounted);
        try (CountingSink sink = new CountingSink();
                NodeProcess node = new NodeProcess(data, conf(sink, floor)).start()) {
            node.ask("queue", "suspend", "destination=*");
            try (NumberedLoad load = new NumberedLoad(node.port(), 8, 100_000)) {
                await(
                        "the disk is full: " + load.refusals(),
                        () -> !load.refused().isEmpty());
                assertTrue("mail was taken before", load.answeredCount() > 100);
                assertTrue(run("mount", "-o", "remount,size=900m", spool.toString()));
                int before = load.answeredCount();
                await(
                        "mail is taken again; refused so far: " + load.refusals(),
                        () -> load.answeredCount() > before + 50);
                load.finish();
                for (String refusal : load.refusals()) {
                    assertTrue(refusal, refusal.startsWith("452 4.3.1"));
                }
                node.ask("queue", "resume", "destination=*");
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
                while (node.queued() > 0 && System.nanoTime() < end) {
                    Thread.sleep(100);
                }
                List<Long> lost = new ArrayList<>(load.answered());
                lost.removeAll(sink.numbers());
                assertEquals("answered with 250 and never arrived", List.of(), lost);
                List<Long> wrong = new ArrayList<>(load.refused());
                wrong.retainAll(sink.numbers());
                assertEquals("refused and arrived all the same", List.of(), wrong);
                assertEquals(0, node.terminate());
            }
        } finally {
            run("umount", "-l", spool.toString());
        }
    }

    private static String conf(CountingSink sink, String floor) {
        return "queue:\n  minFreeSpace: " + floor + "\npolicy:\n  all:\n    route: \"[127.0.0.1]:" + sink.port()
                + "\"\n    tls: none\n";
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                System.out.println(String.join(" ", command) + ": " + said);
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue("waited too long: " + what, System.nanoTime() < end);
            Thread.sleep(10);
        }
    }
}
