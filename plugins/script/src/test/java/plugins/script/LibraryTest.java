package plugins.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.smtp.Reception;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of scripts while it changes. */
class LibraryTest {

    /** A hook point of somebody else. */
    public interface Score {
        @Hook(Kind.DECIDE)
        default Verdict score(Thing thing) throws Exception {
            return Verdict.next();
        }
    }

    public record Thing(String name, int points) {}

    private record Registered(Class<?> type, Object service, Map<String, Object> properties) {}

    @TempDir
    Path temporary;

    private Fixture fixture;
    private Library library;
    private final List<Registered> services = new CopyOnWriteArrayList<>();
    private final List<Integer> counts = new CopyOnWriteArrayList<>();
    private final Map<String, Class<?>> types = new ConcurrentHashMap<>();

    @BeforeEach
    void open() throws Exception {
        fixture = new Fixture(temporary);
        library = new Library(
                temporary,
                this::register,
                name -> Optional.ofNullable(types.get(name)),
                fixture.settings,
                fixture.services());
        library.start();
    }

    @AfterEach
    void close() {
        library.close();
    }

    private AutoCloseable register(Class<?> type, Object service, Map<String, Object> properties) {
        var registered = new Registered(type, service, properties);
        services.add(registered);
        counts.add(services.size());
        return () -> {
            services.remove(registered);
            counts.add(services.size());
        };
    }

    private static String refusing(String text) {
        return "export default { name: 's', api: 1, reception: { rcpt() { return '550 5.7.1 " + text + "' } } };";
    }

    private boolean says(String text) {
        try {
            return services.size() == 1
                    && text.equals(Stages.rcpt(
                                    (Reception) services.getFirst().service(),
                                    TestSession.from("192.0.2.1").mail("a@b.example"),
                                    "c@d.example")
                            .refusal()
                            .text());
        } catch (ScriptFailure e) {
            return false; // the version went between look-up and call; the runner drains before that
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private boolean refused(String reason) {
        return fixture.events.stream()
                .filter(each -> each.kind().equals("ScriptRefused"))
                .map(each -> (LogRecord.Event) each)
                .anyMatch(each -> each.values().get("reason").toString().contains(reason));
    }

    @Test
    void savedIsLiveAndRemovedIsGone() throws Exception {
        Path file = fixture.write("s.mjs", refusing("one"));
        Fixture.await("the first version", () -> says("one"));
        Registered first = services.getFirst();
        assertEquals("s", first.properties().get("mta.plugin"));
        assertEquals(List.of("rcpt"), List.of((String[]) first.properties().get("mta.stages")));
        fixture.write("s.mjs", refusing("two"));
        Fixture.await("the second version", () -> says("two"));
        assertTrue(!first.properties()
                .get("mta.version")
                .equals(services.getFirst().properties().get("mta.version")));
        Files.delete(file);
        Fixture.await("it is gone", services::isEmpty);
        assertEquals(List.of(1, 2, 1, 0), counts, "the new version stands beside the old one first");
    }

    @Test
    void aBadEditKeepsTheOldVersionAndRaisesAnAlarm() throws Exception {
        fixture.write("s.js", refusing("one"));
        Fixture.await("the first version", () -> says("one"));
        fixture.write("s.js", "export default {\n  name: 's',\n  api 1 };");
        Fixture.await("the alarm", () -> refused("SyntaxError"));
        var event = (LogRecord.Event) fixture.events.getLast();
        assertEquals("s.js", event.values().get("file"));
        assertEquals(3, event.values().get("line"));
        assertTrue((int) event.values().get("column") > 1);
        assertTrue(says("one"));
        assertTrue(library.status().getFirst().refusal().isPresent());
        fixture.write("s.js", refusing("three"));
        Fixture.await("the mended version", () -> says("three"));
        assertTrue(library.status().getFirst().refusal().isEmpty());
    }

    @Test
    void aFailedSelftestKeepsTheOldVersion() throws Exception {
        fixture.write("s.js", refusing("one"));
        Fixture.await("the first version", () -> says("one"));
        fixture.write(
                "s.js", refusing("two").replace("api: 1,", "api: 1,\n selftest() { throw new Error('no table') },"));
        Fixture.await("the alarm", () -> refused("no table"));
        assertEquals(2, ((LogRecord.Event) fixture.events.getLast()).values().get("line"));
        fixture.write("s.js", refusing("two").replace("api: 1,", "api: 1, selftest() { return false },"));
        Fixture.await("the alarm", () -> refused("its selftest says no"));
        assertTrue(says("one"));
    }

    @Test
    void aChangedImportReloadsWhoImportsIt() throws Exception {
        fixture.write("lib/text.mjs", "export const text = 'one';");
        fixture.write("s.mjs", "import { text } from './lib/text.mjs';\n" + refusing("' + text + '"));
        Fixture.await("the first version", () -> says("one"));
        fixture.write("lib/text.mjs", "export const text = 'two';");
        Fixture.await("the second version", () -> says("two"));
        fixture.write("lib/text.mjs", "export const text = ;");
        Fixture.await("the alarm", () -> refused("SyntaxError"));
        assertEquals(
                "text.mjs",
                ((LogRecord.Event) fixture.events.getLast())
                        .values()
                        .get("file")
                        .toString()
                        .replaceFirst(".*/", ""));
        assertTrue(says("two"));
    }

    @Test
    void testsAndOtherFilesAreNoScripts() throws Exception {
        fixture.write("s.test.js", "nonsense(");
        fixture.write("README", "nonsense(");
        fixture.write("s.js", refusing("one"));
        Fixture.await("the script", () -> says("one"));
        assertEquals(1, library.status().size());
    }

    @Test
    void aNameIsTakenOnce() throws Exception {
        fixture.write("a.js", refusing("one"));
        Fixture.await("the first", () -> says("one"));
        fixture.write("b.js", refusing("two"));
        Fixture.await("the alarm", () -> refused("the name s is taken by a.js"));
        assertTrue(says("one"));
    }

    @Test
    void misspeltFunctionsAndGroupsAreRefused() throws Exception {
        fixture.write("a.js", "export default { name: 'a', api: 1, reception: {\n  rcptt() {} } };");
        Fixture.await("the alarm", () -> refused("reception has no function rcptt; it has"));
        fixture.write("a.js", "export default { name: 'a', api: 1, receptoin: { rcpt() {} } };");
        Fixture.await("the alarm", () -> refused("no hook point is called receptoin"));
        fixture.write("a.js", "export default { name: 'a', reception: { rcpt() {} } };");
        Fixture.await("the alarm", () -> refused("needs api: 1"));
        fixture.write("a.js", "export const x = 1;");
        Fixture.await("the alarm", () -> refused("has no default export"));
        assertTrue(services.isEmpty());
    }

    @Test
    void aModuleThatNeverEndsIsRefusedAndOthersGoOn() throws Exception {
        fixture.write("a.js", "while (true);");
        fixture.write("b.js", refusing("one"));
        Fixture.await("the other", () -> says("one"));
        Fixture.await("the alarm", () -> refused("did not end within"));
    }

    @Test
    void hookPointsOfOthersComeAndGo() throws Exception {
        fixture.write("s.js", """
                export default { name: 's', api: 1, hooks: { 'com.acme.Score': {
                    score(thing) { return thing.points() > 5 ? `550 5.7.1 ${thing.name()}` : null } } } };
                """);
        Fixture.await(
                "loaded",
                () -> library.status().stream().anyMatch(one -> one.name().isPresent()));
        assertTrue(services.isEmpty());
        types.put("com.acme.Score", Score.class);
        library.typesChanged();
        Fixture.await("registered", () -> services.size() == 1);
        var score = (Score) services.getFirst().service();
        assertEquals(Verdict.refuse("550 5.7.1 spam"), score.score(new Thing("spam", 6)));
        assertEquals(Verdict.NEXT, score.score(new Thing("ham", 5)));
        assertEquals(List.of("score"), List.of((String[])
                services.getFirst().properties().get("mta.stages")));
        types.clear();
        library.typesChanged();
        Fixture.await("gone", services::isEmpty);
    }

    @Test
    void callsGoOnWhileVersionsChange() throws Exception {
        fixture.write("s.js", refusing("0"));
        Fixture.await("the first version", () -> says("0"));
        var failures = new CopyOnWriteArrayList<Throwable>();
        var stop = new java.util.concurrent.atomic.AtomicBoolean();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    try {
                        var plugin = (Reception) services.getLast().service();
                        var result = Stages.rcpt(
                                plugin, TestSession.from("192.0.2.1").mail("a@b.example"), "c@d.example");
                        result.refusal();
                    } catch (ScriptFailure e) {
                        // The runner would have waited for this call before the old version went; here nobody does.
                        if (!e.getMessage().contains("this version of the script is gone")
                                && !e.getMessage().contains("stopped")) {
                            failures.add(e);
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                    Thread.yield();
                }
            }));
        }
        for (int version = 1; version <= 5; version++) {
            String text = Integer.toString(version);
            fixture.write("s.js", refusing(text));
            Fixture.await("version " + text, () -> says(text));
        }
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }
}
