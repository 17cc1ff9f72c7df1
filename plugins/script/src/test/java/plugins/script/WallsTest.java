package plugins.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Reception;
import mta.testkit.plugin.Stages;
import mta.testkit.plugin.TestSession;
import mta.testkit.plugin.TestTransaction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script cannot do: reach beyond what it was given, and run for ever. */
@Timeout(120)
class WallsTest {

    @TempDir
    Path temporary;

    private Fixture fixture;
    private final TestTransaction transaction = TestSession.from("192.0.2.1").mail("a@b.example");

    @BeforeEach
    void prepare() throws Exception {
        fixture = new Fixture(temporary);
    }

    private Script script(String body) throws Exception {
        return fixture.load(
                "w.mjs", "export default { name: 'w', api: 1, reception: { rcpt(tx, to) { " + body + " } } };");
    }

    /** Each is an expression that would be something if there was a way out. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "typeof Java",
                "typeof Polyglot",
                "typeof Packages",
                "typeof load",
                "typeof loadWithNewGlobal",
                "typeof print",
                "typeof Graal",
                "typeof require",
                "typeof process",
                "typeof Worker",
                "typeof SharedArrayBuffer",
                "typeof java",
                "typeof tx.getClass",
                "typeof tx.class",
                "typeof tx.target",
                "typeof tx.hashCode",
                "typeof tx.session().getClass",
                "typeof mta.getClass",
                "typeof mta.services",
                "typeof mta.http.client",
                "typeof mta.state('x').entries",
                "typeof tx.recipients().getClass",
                "typeof tx.recipients().stream",
                "typeof mta.now().getClass",
                "typeof mta.now().plusSeconds",
                "typeof mta.accept().getClass",
                "typeof mta.accept().scope",
                "typeof mta.header('A', 'b').getClass",
                "typeof Object.getPrototypeOf(tx).getClass",
                "typeof Reflect.get(tx, 'getClass')",
                "typeof tx['get' + 'Class']",
                "typeof tx.edits",
                "typeof tx.to",
                "typeof globalThis.Java",
                "typeof (0, eval)('this').Java",
                "typeof new Function('return this')().Java",
                "typeof tx.id.getClass",
                "typeof to.address.constructor.getClass"
            })
    void nothingLeadsOut(String expression) throws Exception {
        Reception plugin = script("return '550 5.7.1 ' + " + expression).implement(Reception.class);
        assertEquals(
                "550 5.7.1 undefined",
                Stages.rcpt(plugin, transaction, "c@d.example").refusal().toString());
    }

    @Test
    void reflectionShowsOnlyTheMethodsOfTheApi() throws Exception {
        Reception plugin = script("return '550 5.7.1 ' + Reflect.ownKeys(to).sort().join()")
                .implement(Reception.class);
        assertEquals(
                "550 5.7.1 address,equals,notifyOn,orcpt,parameters,toString,type,wants,withAddress",
                Stages.rcpt(plugin, transaction, "c@d.example").refusal().toString());
    }

    @Test
    void hostObjectsCannotBeChanged() throws Exception {
        Reception plugin = script("""
                const tries = [() => { mta.log = 1 }, () => { tx.id = 1 }, () => { mta.http = 1 }, () => { delete mta.log },
                    () => { tx.recipients().push('x') }];
                return '550 5.7.1 ' + tries.map(t => { try { t(); return 'done' } catch (e) { return 'no' } }).join();
                """).implement(Reception.class);
        String said = Stages.rcpt(plugin, transaction, "c@d.example").refusal().text();
        assertEquals("no,no,no,no,no", said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import x from '/etc/passwd';", "import x from '../outside.mjs';", "import x from './link.mjs';",
                "import x from 'file:///etc/hostname';", "import x from './sub/../../outside.mjs';",
                        "import x from './secret.txt';",
                "import x from 'http://127.0.0.1:1/x.mjs';", "import x from 'data:text/javascript,1';",
                        "import fs from 'fs';",
                "import fs from 'node:fs';", "const x = await import('../outside.mjs');"
            })
    void importsStayInTheFolder(String line) throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("scripts"));
        Files.writeString(temporary.resolve("outside.mjs"), "export default 1;");
        Files.writeString(folder.resolve("secret.txt"), "export default 1;");
        Files.createSymbolicLink(folder.resolve("link.mjs"), temporary.resolve("outside.mjs"));
        var inside = new Fixture(folder);
        String text = line + "\nexport default { name: 'w', api: 1, reception: { rcpt() { return mta.accept() } } };";
        assertThrows(ScriptRefused.class, () -> inside.load("w.mjs", text));
    }

    @Test
    void importsWithinTheFolderWork() throws Exception {
        fixture.write("lib/a.mjs", "import { b } from '../b.js'; export const a = b + 1;");
        fixture.write("b.js", "export const b = 1;");
        Script script = fixture.load("w.mjs", """
                import { a } from './lib/a.mjs';
                export default { name: 'w', api: 1, reception: { rcpt() { return `550 5.7.1 ${a}` } } };
                """);
        Reception plugin = script.implement(Reception.class);
        assertEquals(
                "550 5.7.1 2",
                Stages.rcpt(plugin, transaction, "c@d.example").refusal().toString());
    }

    // ---- time

    /** A real runner with one binding, as the host has it. */
    private final class Host implements AutoCloseable {
        private final List<LogRecord> records = new CopyOnWriteArrayList<>();
        private final HookRunner runner = new HookRunner(records::add, InstantSource.system());
        private final Stage<Reception> stage = runner.point(Reception.class).stage("rcpt");

        Host(Script script, Duration timeout) {
            runner.register(
                    Reception.class,
                    script.implement(Reception.class),
                    Map.of("mta.plugin", "w", "mta.stages", new String[] {"rcpt"}));
            runner.bind(List.of(Binding.parse(
                    "w",
                    Map.of(
                            "plugin",
                            "w",
                            "point",
                            "Reception",
                            "stages",
                            "rcpt",
                            "timeout",
                            timeout.toMillis() + "ms",
                            "breakerFailures",
                            0))));
        }

        Verdict rcpt() {
            try (Pin pin = runner.pin()) {
                return stage.decide(
                                pin,
                                Selector.NONE,
                                (plugin, call) -> plugin.rcpt(transaction, Recipient.of("c@d.example")))
                        .verdict();
            }
        }

        List<String> failures() {
            return records.stream()
                    .filter(each -> each instanceof mta.plugins.api.log.PluginFailure)
                    .map(each -> ((mta.plugins.api.log.PluginFailure) each).failure())
                    .toList();
        }

        @Override
        public void close() {
            runner.close();
        }
    }

    private static Verdict onVirtualThread(Host host) throws Exception {
        var verdict = new Verdict[1];
        Thread.ofVirtual().start(() -> verdict[0] = host.rcpt()).join();
        return verdict[0];
    }

    @Test
    void anEndlessLoopIsStoppedAndTheContextGoesOn() throws Exception {
        fixture.settings = new ScriptSettings(1, 0, 1_000, Duration.ofHours(1), Duration.ofMinutes(1), Map.of());
        Script script = script("""
                if (mta.state('s').incr('calls', '1h') % 2 == 1) { try { while (true); } finally { tx.id() } }
                globalThis.calls = (globalThis.calls || 0) + 1;
                return '550 5.7.1 ' + globalThis.calls""");
        try (var host = new Host(script, Duration.ofMillis(500))) {
            for (int i = 1; i <= 3; i++) {
                assertEquals(
                        451, ((Verdict.Refuse) onVirtualThread(host)).reply().code());
                assertEquals(Verdict.refuse("550 5.7.1 " + i), onVirtualThread(host), "the same context as before");
            }
            assertEquals(List.of("late", "late", "late"), host.failures());
        }
    }

    @Test
    void aScriptCannotCatchItsEnd() throws Exception {
        Script script = script("for (;;) { try { for (;;); } catch (e) { } finally { } }");
        try (var host = new Host(script, Duration.ofMillis(50))) {
            onVirtualThread(host);
            assertEquals(List.of("late"), host.failures());
        }
    }

    @Test
    void loopsInAllContextsLeaveTheHostAlive() throws Exception {
        Script looping = script("while (true);");
        Script fine = fixture.load(
                "f.mjs", "export default { name: 'f', api: 1, reception: { rcpt() { return mta.accept() } } };");
        var host = new Host(looping, Duration.ofMillis(100));
        var threads = new java.util.ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofVirtual().start(host::rcpt));
        }
        assertTrue(Stages.rcpt(fine.implement(Reception.class), transaction, "c@d.example")
                .isAccept());
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(8, host.failures().size());
        assertTrue(
                host.failures().stream().allMatch("late"::equals),
                host.failures().toString());
        host.close();
    }

    @Test
    void callsWithoutABindingHaveATimeoutToo() throws Exception {
        fixture.settings = new ScriptSettings(1, 0, 1_000, Duration.ofHours(1), Duration.ofMillis(100), Map.of());
        Script script = fixture.load("f.mjs", """
                export default { name: 'f', api: 1, recordFormat: { name: 'x', format(r) {
                    if (r.kind() == 'Loop') while (true); return 'ok' } } };
                """);
        var format = script.implement(mta.plugins.api.log.RecordFormat.class);
        var clock = InstantSource.system();
        assertThrows(ScriptFailure.class, () -> format.format(new LogRecord.Event(clock.instant(), "Loop", Map.of())));
        assertTrue(!Thread.currentThread().isInterrupted(), "the interruption was for the call");
        assertEquals("ok", new String(format.format(new LogRecord.Event(clock.instant(), "Fine", Map.of()))));
    }

    @Test
    void theStatementLimitStopsACallAndThePoolHeals() throws Exception {
        fixture.settings = new ScriptSettings(1, 10_000, 1_000, Duration.ofHours(1), Duration.ofMinutes(1), Map.of());
        try (var engine = new JsEngine(10_000, System.out)) {
            Script script = fixture.load(engine, "w.mjs", """
                    export default { name: 'w', api: 1, reception: { rcpt(tx, to) {
                        for (let i = 0; i < (to.address().localPart() === 'loop' ? 1e9 : 1000); i++) { tx.id }
                        return mta.accept() } } };
                    """);
            Reception plugin = script.implement(Reception.class);
            for (int i = 0; i < 30; i++) {
                assertTrue(Stages.rcpt(plugin, transaction, "fine@d.example").isAccept(), "counted per call");
            }
            var thrown = assertThrows(ScriptFailure.class, () -> Stages.rcpt(plugin, transaction, "loop@d.example"));
            assertTrue(thrown.getMessage().contains("statementLimit"), thrown.getMessage());
            assertTrue(Stages.rcpt(plugin, transaction, "fine@d.example").isAccept());
        }
    }

    @Test
    void deepRecursionIsTheScriptsError() throws Exception {
        Reception plugin = script("const f = () => f() + 1; return f()").implement(Reception.class);
        assertThrows(ScriptFailure.class, () -> plugin.rcpt(transaction, Recipient.of("c@d.example")));
        assertThrows(ScriptFailure.class, () -> plugin.rcpt(transaction, Recipient.of("c@d.example")));
    }

    @Test
    void contextsAreMadeAnewWhileCallsGoOn() throws Exception {
        fixture.settings = new ScriptSettings(2, 0, 10, Duration.ofHours(1), Duration.ofMinutes(1), Map.of());
        Script script = script("""
                globalThis.calls = (globalThis.calls || 0) + 1;
                return '550 5.7.1 ' + globalThis.calls""");
        Reception plugin = script.implement(Reception.class);
        var highest = new AtomicInteger();
        var lowestAgain = new AtomicInteger();
        Fixture.await("a context that counts from 1 again", () -> {
            try {
                int calls = Integer.parseInt(((Verdict.Refuse) plugin.rcpt(transaction, Recipient.of("c@d.example")))
                        .reply()
                        .text());
                highest.accumulateAndGet(calls, Math::max);
                return highest.get() >= 10 && calls == 1 && lowestAgain.incrementAndGet() > 3;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void manyThreadsShareFewContexts() throws Exception {
        fixture.settings = new ScriptSettings(2, 0, 500, Duration.ofHours(1), Duration.ofMinutes(1), Map.of());
        Script script = script("""
                if (globalThis.inside) throw new Error('two at once');
                globalThis.inside = true; let n = 0; for (let i = 0; i < 50; i++) n += tx.id().length;
                mta.state('s').incr('n', '1h'); globalThis.inside = false;
                return '550 5.7.1 ' + n""");
        Reception plugin = script.implement(Reception.class);
        var failures = new CopyOnWriteArrayList<Throwable>();
        var threads = new java.util.ArrayList<Thread>();
        for (int i = 0; i < 32; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int n = 0; n < 100; n++) {
                    try {
                        plugin.rcpt(transaction, Recipient.of("c@d.example"));
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }
}
