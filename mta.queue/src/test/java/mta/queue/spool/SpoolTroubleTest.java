package mta.queue.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import mta.queue.spool.SpoolException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Storage that fails: by faults put into the {@link Disk} seam, and by a file system that is really full. */
class SpoolTroubleTest {

    /** A disk with faults. */
    private static final class Faulty implements Disk {
        volatile long free = Long.MAX_VALUE;
        volatile String writeFault = "";
        volatile String syncFault = "";

        @Override
        public long free(Path directory) {
            return free;
        }

        @Override
        public void beforeWrite() throws RocksDBException {
            fail(writeFault);
        }

        @Override
        public void beforeSync() throws RocksDBException {
            fail(syncFault);
        }

        private static void fail(String fault) throws RocksDBException {
            if (!fault.isEmpty()) {
                throw new RocksDBException(fault);
            }
        }
    }

    @TempDir
    Path directory;

    private final Faulty disk = new Faulty();

    private SpoolSettings settings() {
        return SpoolSettings.of(directory.resolve("spool")).floor(1 << 20);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited for " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void underTheFloorNewMailIsRefusedAndOutcomesAreNot() {
        try (RocksSpool spool = new RocksSpool(settings(), disk)) {
            long message = SpoolTest.put(spool, new byte[100], "s");
            disk.free = 1000;
            await("the look at the disk", () -> spool.status().underFloor());
            assertFalse(spool.status().accepts());
            assertEquals(
                    Kind.FULL,
                    assertThrows(SpoolException.class, () -> spool.draft(1)).kind());
            assertEquals(
                    Kind.FULL,
                    assertThrows(SpoolException.class, () -> SpoolTest.put(spool, new byte[100], "s"))
                            .kind());
            spool.commit(new Batch().remove(message, 0), Durability.SYNCED);
            disk.free = Long.MAX_VALUE;
            await("space", () -> spool.status().accepts());
            SpoolTest.put(spool, new byte[100], "s");
            assertEquals(1, SpoolTest.replay(spool).size());
        }
    }

    @Test
    void failedWriteFailsThePutsAndKeepsTheOutcomes() {
        failing(() -> disk.writeFault = "While appending: No space left on device", Kind.FULL);
    }

    @Test
    void failedSyncFailsThePutsAndKeepsTheOutcomes() {
        failing(() -> disk.syncFault = "While fsync: Input/output error", Kind.IO);
    }

    private void failing(Runnable fault, Kind kind) {
        try (RocksSpool spool = new RocksSpool(settings(), disk)) {
            long gone = SpoolTest.put(spool, new byte[100], "s");
            long changed = SpoolTest.put(spool, new byte[100], "s");
            long bounced = SpoolTest.put(spool, new byte[100], "s");
            long refused = SpoolTest.number();
            long bounce = SpoolTest.number();
            fault.run();
            assertEquals(
                    kind,
                    assertThrows(
                                    SpoolException.class,
                                    () -> spool.commit(
                                            new Batch().put(refused, new byte[100], SpoolTest.state("x")),
                                            Durability.SYNCED))
                            .kind());
            assertEquals(
                    kind,
                    assertThrows(SpoolException.class, () -> spool.draft(1)).kind());
            spool.commit(new Batch().remove(gone, 0), Durability.SUBMITTED);
            spool.commit(
                    new Batch()
                            .put(bounce, new byte[0], SpoolTest.state("dsn"))
                            .remove(bounced, 0)
                            .update(changed, 0, SpoolTest.state("later")),
                    Durability.SUBMITTED);
            assertThrows(
                    SpoolException.class,
                    () -> spool.commit(new Batch().update(changed, 0, SpoolTest.state("latest")), Durability.SYNCED));
            assertFalse(spool.status().accepts());
            disk.writeFault = "";
            disk.syncFault = "";
            await("recovery", () -> spool.status().accepts());
            long after = SpoolTest.put(spool, new byte[100], "after");
            TreeMap<String, String> expected = new TreeMap<>();
            expected.put(changed + "/0", "latest");
            expected.put(bounce + "/0", "dsn");
            expected.put(after + "/0", "after");
            assertEquals(expected, SpoolTest.replay(spool));
            assertTrue(spool.body(refused).isEmpty());
            assertTrue(spool.body(bounce).isPresent());
        }
        SpoolTool.Report report =
                new SpoolTool(directory.resolve("spool"), System.out, SpoolTool.StateText.BASE64).check();
        assertEquals(new SpoolTool.Report(3, 3, report.bytes(), 0, 0, 0), report);
    }

    /** Faults come and go under 64 threads: what was answered is there, what was refused is not. */
    @Test
    void faultsUnderLoadNeverAnswerWrongly() throws InterruptedException {
        ConcurrentHashMap<String, String> answered = new ConcurrentHashMap<>();
        AtomicInteger refused = new AtomicInteger();
        try (RocksSpool spool = new RocksSpool(settings(), disk)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 64; t++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 200; i++) {
                        try {
                            byte[] body = SpoolTest.content(i, i % 20 == 0 ? 600_000 : 3000);
                            long message = SpoolTest.put(spool, body, "a", "b");
                            answered.put(message + "/0", "a");
                            answered.put(message + "/1", "b");
                        } catch (SpoolException e) {
                            refused.incrementAndGet();
                        }
                        if (i % 10 == 0) {
                            await("health", () -> {
                                Thread.yield();
                                return spool.status().accepts();
                            });
                        }
                    }
                }));
            }
            for (int fault = 0; fault < 3; fault++) {
                int before = answered.size();
                await("progress", () -> answered.size() > before + 200 || allEnded(threads));
                if (fault % 2 == 0) {
                    disk.syncFault = "While fsync: Input/output error";
                } else {
                    disk.writeFault = "While appending: No space left on device";
                }
                await("the fault", () -> spool.status().trouble().isPresent() || allEnded(threads));
                disk.syncFault = "";
                disk.writeFault = "";
                await("recovery", () -> spool.status().accepts());
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertTrue(refused.get() > 0, "no fault ever hit");
            assertEquals(new TreeMap<>(answered), SpoolTest.replay(spool));
        }
        SpoolTool.Report report =
                new SpoolTool(directory.resolve("spool"), System.out, SpoolTool.StateText.BASE64).check();
        assertTrue(report.sound());
    }

    private static boolean allEnded(List<Thread> threads) {
        return threads.stream().noneMatch(Thread::isAlive);
    }

    /** A file system of 48 MiB that somebody else fills. Needs root for the mount. */
    @Test
    void reallyFullDisk() throws IOException, InterruptedException {
        Path mount = Files.createDirectory(directory.resolve("small"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", mount.toString());
        if (!mounted && System.getenv("CI") != null && "0".equals(System.getenv("MTA_MOUNT_OPTIONAL"))) {
            throw new AssertionError("cannot mount a tmpfs, which CI must");
        }
        assumeTrue(mounted, "SKIPPED: a tmpfs cannot be mounted here (needs root); the faults of the seam are tested");
        try {
            fillAndRecover(mount);
        } finally {
            assertTrue(run("umount", mount.toString()));
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void fillAndRecover(Path mount) throws IOException {
        Path ballast = mount.resolve("ballast");
        Files.write(ballast, new byte[24 << 20]);
        // The floor is off, so that the writes themselves hit the wall.
        SpoolSettings settings =
                SpoolSettings.of(mount.resolve("spool")).floor(0).buffers(4 << 20, 1 << 20, 8 << 20);
        TreeMap<String, String> answered = new TreeMap<>();
        try (RocksSpool spool = new RocksSpool(settings)) {
            SpoolException full = null;
            for (int i = 0; i < 10_000 && full == null; i++) {
                try {
                    answered.put(SpoolTest.put(spool, SpoolTest.content(i, 20_000), "s" + i) + "/0", "s" + i);
                } catch (SpoolException e) {
                    full = e;
                }
            }
            assertEquals(Kind.FULL, full == null ? null : full.kind(), String.valueOf(full));
            Files.delete(ballast);
            await("recovery", () -> spool.status().accepts());
            answered.put(SpoolTest.put(spool, new byte[20_000], "after") + "/0", "after");
            assertEquals(answered, SpoolTest.replay(spool));
        }
        try (RocksSpool spool = new RocksSpool(settings)) {
            assertEquals(answered, SpoolTest.replay(spool));
        }
    }
}
