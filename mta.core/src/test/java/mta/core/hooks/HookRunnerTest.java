package mta.core.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.hooks.Unresolved;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.PlanChange;
import mta.plugins.api.log.PluginFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the runner promises, with a hook point that no mail knows: any bundle may declare one. */
@Timeout(120)
class HookRunnerTest {

    /** A hook point of a third party. */
    public interface Score {
        @Hook(
                value = Kind.DECIDE,
                admits = {Verdict.Kind.NEXT, Verdict.Kind.ACCEPT, Verdict.Kind.REFUSE, Verdict.Kind.HOLD},
                timeoutMillis = 10_000)
        default Verdict score(String what, List<String> edits, Call call) throws Exception {
            return Verdict.next();
        }

        @Hook(Kind.RESOLVE)
        default Optional<String> name(String what) throws Exception {
            return Optional.empty();
        }

        @Hook(value = Kind.OBSERVE, onError = FailureAction.NEXT)
        default void told(String what) throws Exception {}
    }

    /** A driver: no method carries Hook. */
    public interface Driver {
        String drive();
    }

    private final ConcurrentLinkedQueue<LogRecord> records = new ConcurrentLinkedQueue<>();
    private final HookRunner runner = new HookRunner(records::add, InstantSource.system());
    private final Stage<Score> score = runner.point(Score.class).stage("score");
    private final List<String> calls = new ArrayList<>();

    @AfterEach
    void stop() {
        runner.close();
    }

    @FunctionalInterface
    private interface Body {
        Verdict score(String what, List<String> edits, Call call) throws Exception;
    }

    private AutoCloseable plugin(String name, Body body) {
        return runner.register(
                Score.class,
                new Score() {
                    @Override
                    public Verdict score(String what, List<String> edits, Call call) throws Exception {
                        calls.add(name);
                        return body.score(what, edits, call);
                    }
                },
                Map.of("mta.plugin", name));
    }

    private static Binding binding(String name, Object... more) {
        return bindingOf(name, name, more);
    }

    private static Binding bindingOf(String name, String plugin, Object... more) {
        var values = new HashMap<String, Object>(Map.of("plugin", plugin, "point", "Score", "stages", "score"));
        for (int i = 0; i < more.length; i += 2) {
            values.put((String) more[i], more[i + 1]);
        }
        return Binding.parse(name, values);
    }

    private void bind(Binding... bindings) {
        assertEquals(Optional.empty(), runner.bind(List.of(bindings)));
    }

    private final List<String> edited = new ArrayList<>();

    private Decision decide(Selector selector) {
        try (Pin pin = runner.pin()) {
            return decide(pin, selector);
        }
    }

    private Decision decide(Pin pin, Selector selector) {
        return score.decide(pin, selector, (plugin, call) -> plugin.score("mail", edited, call));
    }

    private Decision decide() {
        return decide(Selector.NONE);
    }

    private static int code(Decision decision) {
        return assertInstanceOf(Verdict.Refuse.class, decision.verdict())
                .reply()
                .code();
    }

    private PluginFailure onlyFailure() {
        var failures = records.stream()
                .filter(PluginFailure.class::isInstance)
                .map(PluginFailure.class::cast)
                .toList();
        assertEquals(1, failures.size(), failures::toString);
        return failures.getFirst();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited 30 s in vain");
            LockSupport.parkNanos(1_000_000);
        }
    }

    // ---- chains

    @Test
    void nothingIsBoundWithoutABinding() {
        plugin("a", (w, e, c) -> Verdict.accept());
        try (Pin pin = runner.pin()) {
            assertFalse(score.bound(pin, Selector.NONE));
        }
        assertEquals(Decision.NEXT, decide());
        assertEquals(List.of(), calls);
    }

    @Test
    void orderThenNameUnlessBeforeAndAfterSayOtherwise() {
        for (String name : List.of("a", "b", "c", "d")) {
            plugin(name, (w, e, c) -> Verdict.next());
        }
        bind(binding("d", "order", 1), binding("b"), binding("a", "after", "c"), binding("c"));
        decide();
        assertEquals(List.of("d", "b", "c", "a"), calls);
    }

    @Test
    void aCycleIsRefusedAndTheOldPlanStays() {
        plugin("a", (w, e, c) -> Verdict.refuse("550 5.7.1 no"));
        bind(binding("a"));
        Optional<String> refused = runner.bind(List.of(binding("a", "before", "b"), binding("b", "before", "a")));
        assertTrue(refused.orElseThrow().contains("cycle"), refused.toString());
        assertEquals(550, code(decide()));
        assertTrue(records.stream().anyMatch(r -> r instanceof PlanChange p && !p.accepted()));
    }

    @Test
    void aStageThatDoesNotExistIsRefusedWithTheNamesOfThoseThatDo() {
        plugin("a", (w, e, c) -> Verdict.next());
        Optional<String> refused = runner.bind(List.of(binding("a", "stages", "skore")));
        assertTrue(refused.orElseThrow().contains("no stage skore; it has name, score, told"), refused.toString());
    }

    @Test
    void aNewRequiredBindingWhosePluginIsMissingIsRefusedWhileMailRuns() {
        plugin("a", (w, e, c) -> Verdict.next());
        bind(binding("a"));
        Optional<String> refused = runner.bind(List.of(binding("a"), binding("scanner", "required", true)));
        assertTrue(refused.orElseThrow().contains("scanner"), refused.toString());
    }

    @Test
    void whoBringsAPluginWithItsBindingIsToldWhetherItHasCome() {
        plugin("a", (w, e, c) -> Verdict.next());
        bind(binding("a"));
        List<Binding> wanted = List.of(binding("a"), binding("scanner", "required", true));
        assertTrue(runner.lacks(wanted));
        plugin("scanner", (w, e, c) -> Verdict.next());
        assertFalse(runner.lacks(wanted));
        assertEquals(Optional.empty(), runner.bind(wanted));
    }

    @Test
    void refuseEndsTheChainAndNamesTheBinding() {
        plugin("a", (w, e, c) -> Verdict.refuse("550 5.7.1 no"));
        plugin("b", (w, e, c) -> Verdict.next());
        bind(bindingOf("first", "a", "order", 1), bindingOf("second", "b"));
        assertEquals("first", decide().binding());
        assertEquals(List.of("a"), calls);
    }

    @Test
    void acceptDoesNotEndTheChainUnlessFinalAndNeverSkipsARequiredOne() {
        plugin("allow", (w, e, c) -> Verdict.accept());
        plugin("spam", (w, e, c) -> Verdict.refuse("550 5.7.1 spam"));
        plugin("virus", (w, e, c) -> Verdict.next());
        bind(binding("allow", "order", 1, "final", true), binding("spam"), binding("virus", "required", true));
        Decision decision = decide();
        assertInstanceOf(Verdict.Accept.class, decision.verdict());
        assertEquals("allow", decision.binding());
        assertEquals(List.of("allow", "virus"), calls);
        calls.clear();
        bind(
                binding("allow", "order", 1, "final", true),
                binding("spam"),
                binding("virus", "required", true, "yieldsTo", "allow"));
        decide();
        assertEquals(List.of("allow"), calls);
        calls.clear();
        bind(binding("allow", "order", 1), binding("spam"));
        assertEquals(550, code(decide()));
    }

    @Test
    void aHoldIsKeptWhileOthersMayStillRefuse() {
        plugin("suspect", (w, e, c) -> Verdict.hold("odd"));
        plugin("ok", (w, e, c) -> Verdict.accept());
        plugin("virus", (w, e, c) -> Verdict.refuse("554 5.7.1 virus"));
        bind(binding("suspect", "order", 1), binding("ok", "order", 2));
        assertInstanceOf(Verdict.Hold.class, decide().verdict());
        bind(binding("suspect", "order", 1), binding("ok", "order", 2), binding("virus", "order", 3));
        assertEquals(554, code(decide()));
    }

    @Test
    void acceptForTheMessageOrSessionIsRememberedWithThePin() {
        plugin("once", (w, e, c) -> Verdict.accept(Verdict.Scope.SESSION));
        bind(binding("once"));
        try (Pin session = runner.pin()) {
            try (Pin message = runner.pin(session)) {
                decide(message, Selector.NONE);
                decide(message, Selector.NONE);
            }
            try (Pin message = runner.pin(session)) {
                decide(message, Selector.NONE);
            }
        }
        assertEquals(List.of("once"), calls);
    }

    @Test
    void whenChoosesByGlob() {
        plugin("a", (w, e, c) -> Verdict.refuse("550 5.7.1 no"));
        bind(binding("a", "when.listener", new String[] {"mx*", "lmtp"}));
        assertEquals(550, code(decide(key -> key.equals("listener") ? "mx2" : "")));
        assertEquals(Decision.NEXT, decide(key -> key.equals("listener") ? "submission" : ""));
    }

    // ---- failures

    @Test
    void aThrowIsAFailureAndItsEditsLeaveNoTrace() {
        plugin("a", (w, edits, call) -> {
            call.edit(() -> edits.add("gone"));
            throw new IllegalStateException("bug");
        });
        bind(binding("a"));
        assertEquals(451, code(decide()));
        assertEquals(List.of(), edited);
        PluginFailure failure = onlyFailure();
        assertEquals(
                List.of("a", "Score", "score", "threw", "tempfail"),
                List.of(failure.plugin(), failure.point(), failure.stage(), failure.failure(), failure.action()));
    }

    @Test
    void anErrorIsAFailureToo() {
        plugin("a", (w, e, c) -> {
            throw new NoClassDefFoundError("gone");
        });
        plugin("b", (w, e, c) -> deep());
        bind(binding("a", "onError", "next"), binding("b", "onError", "reject"));
        assertEquals(554, code(decide()));
    }

    private static Verdict deep() {
        return deep();
    }

    @Test
    void nullIsAFailure() {
        plugin("a", (w, e, c) -> null);
        bind(binding("a", "onError", "shutdown"));
        Decision decision = decide();
        assertEquals(421, code(decision));
        assertTrue(((Verdict.Refuse) decision.verdict()).close());
        assertEquals("null", onlyFailure().failure());
    }

    @Test
    void anInadmissibleVerdictIsAFailure() {
        plugin("a", (w, edits, call) -> {
            call.edit(() -> edits.add("gone"));
            return Verdict.discard("not here");
        });
        bind(binding("a", "onError", "hold"));
        assertInstanceOf(Verdict.Hold.class, decide().verdict());
        assertEquals("inadmissible", onlyFailure().failure());
        assertEquals(List.of(), edited);
    }

    @Test
    void editsAreAppliedInOrderAfterTheCall() {
        plugin("a", (w, edits, call) -> {
            call.edit(() -> edits.add("one"));
            call.edit(() -> edits.add("two"));
            return edits.isEmpty() ? Verdict.next() : Verdict.refuse("550 5.0.0 seen too early");
        });
        bind(binding("a"));
        assertEquals(Decision.NEXT, decide());
        assertEquals(List.of("one", "two"), edited);
    }

    @Test
    void anEditAfterTheCallIsRefused() {
        var kept = new ArrayList<Call>();
        plugin("a", (w, e, call) -> {
            kept.add(call);
            return Verdict.next();
        });
        bind(binding("a"));
        decide();
        assertThrows(IllegalStateException.class, () -> kept.getFirst().edit(() -> edited.add("late")));
    }

    @Test
    void aCallPastItsDeadlineIsInterruptedAndTheThreadIsCleanAfterwards() {
        plugin("a", (w, e, c) -> {
            Thread.sleep(Duration.ofMinutes(5));
            return Verdict.next();
        });
        bind(binding("a", "timeout", "50ms"));
        assertEquals(451, code(decide()));
        assertFalse(Thread.currentThread().isInterrupted());
        assertEquals("late", onlyFailure().failure());
    }

    @Test
    void anAnswerThatComesLateDoesNotCount() {
        plugin("a", (w, edits, call) -> {
            call.edit(() -> edits.add("late"));
            long end = System.nanoTime() + Duration.ofMillis(200).toNanos();
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return Verdict.accept();
        });
        bind(binding("a", "timeout", "50ms"));
        assertEquals(451, code(decide()));
        assertEquals(List.of(), edited);
    }

    @Test
    void aCallThatIgnoresItsInterruptionCostsItsSessionAndTheNextOnesGetThreadsOfTheirOwn() throws Exception {
        var release = new AtomicBoolean();
        plugin("a", (w, e, c) -> {
            while (!release.get()) {
                LockSupport.parkNanos(1_000_000);
                Thread.interrupted();
            }
            return Verdict.accept();
        });
        bind(binding("a", "timeout", "20ms", "breakerFailures", 0));
        var givenUp = new CountDownLatch(1);
        var answer = new ArrayList<Decision>();
        Thread session = Thread.ofVirtual().start(() -> {
            try (Pin pin = runner.pin()) {
                pin.onHang(givenUp::countDown);
                answer.add(decide(pin, Selector.NONE));
            }
        });
        givenUp.await();
        assertEquals("hung", onlyFailure().failure());
        assertEquals(451, code(decide()), "the caller does not wait for a plugin that is known to hang");
        release.set(true);
        session.join();
        assertEquals(421, code(answer.getFirst()), "the thread that came back finds the decision to close");
    }

    @Test
    void aPluginThatSpinsTakesNoCarrierFromTheOthers() throws Exception {
        var release = new AtomicBoolean();
        plugin("a", (w, e, c) -> {
            while (!release.get()) {
                Thread.onSpinWait();
            }
            return Verdict.accept();
        });
        bind(binding("a", "timeout", "20ms", "breakerFailures", 0));
        int spinning = Runtime.getRuntime().availableProcessors() + 2;
        var givenUp = new CountDownLatch(spinning);
        for (int i = 0; i < spinning; i++) {
            Thread.ofVirtual().start(() -> {
                try (Pin pin = runner.pin()) {
                    pin.onHang(givenUp::countDown);
                    decide(pin, Selector.NONE);
                } finally {
                    givenUp.countDown(); // those that came after the first one was found out have threads of their own
                }
            });
        }
        var other = new CountDownLatch(1);
        Thread.ofVirtual().start(other::countDown);
        other.await();
        givenUp.await();
        release.set(true);
    }

    @Test
    void anIsolatedCallIsLeftBehindAtItsDeadline() {
        var release = new AtomicBoolean();
        plugin("a", (w, edits, call) -> {
            while (!release.get()) {
                LockSupport.parkNanos(1_000_000);
                Thread.interrupted();
            }
            return Verdict.accept();
        });
        bind(binding("a", "timeout", "20ms", "isolate", true, "onError", "reject"));
        assertEquals(554, code(decide()));
        release.set(true);
    }

    @Test
    void theBreakerOpensAndAProbeClosesIt() {
        var broken = new AtomicBoolean(true);
        plugin("a", (w, e, c) -> {
            if (broken.get()) {
                throw new IllegalStateException();
            }
            return Verdict.accept();
        });
        bind(binding("a", "breakerFailures", 3, "breakerOpen", "50ms", "onOpen", "reject"));
        for (int i = 0; i < 3; i++) {
            assertEquals(451, code(decide()));
        }
        assertEquals(554, code(decide()), "open: not called");
        assertEquals(3, calls.size());
        broken.set(false);
        await(() -> decide().verdict() instanceof Verdict.Accept);
        assertTrue(records.stream().anyMatch(r -> r.kind().equals("BreakerOpened")));
        assertTrue(records.stream().anyMatch(r -> r.kind().equals("BreakerClosed")));
    }

    @Test
    void noMoreCallsAtOnceThanTheBindingAllows() throws Exception {
        var inside = new Semaphore(0);
        var leave = new Semaphore(0);
        plugin("a", (w, e, c) -> {
            inside.release();
            leave.acquire();
            return Verdict.accept();
        });
        bind(binding("a", "maxConcurrent", 1, "onBusy", "reject"));
        Thread first = Thread.ofVirtual().start(this::decide);
        inside.acquire();
        assertEquals(554, code(decide()));
        leave.release();
        first.join();
    }

    // ---- presence

    @Test
    void aMissingPluginIsAFailureOnlyIfItIsRequired() {
        bind(binding("maybe"));
        assertEquals(Decision.NEXT, decide());
        runner.bind(List.of());
        bind(binding("scanner", "required", true));
        assertEquals(451, code(decide()));
        assertEquals("missing", onlyFailure().failure());
    }

    @Test
    void aCallWaitsForTheSuccessorOfARequiredPlugin() throws Exception {
        AutoCloseable old = plugin("a", (w, e, c) -> Verdict.next());
        bind(binding("a", "required", true));
        old.close();
        var answer = new ArrayList<Decision>();
        Thread session = Thread.ofVirtual().start(() -> answer.add(decide()));
        await(() -> session.getState() == Thread.State.TIMED_WAITING);
        plugin("a", (w, e, c) -> Verdict.accept());
        session.join();
        assertInstanceOf(Verdict.Accept.class, answer.getFirst().verdict());
    }

    @Test
    void oneWhoLeavesIsDrainedFirst() throws Exception {
        var inside = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        AutoCloseable here = plugin("a", (w, e, c) -> {
            inside.countDown();
            leave.await();
            return Verdict.accept();
        });
        bind(binding("a"));
        Thread session = Thread.ofVirtual().start(this::decide);
        inside.await();
        var left = new AtomicBoolean();
        Thread leaving = Thread.ofPlatform().start(() -> {
            try {
                here.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            left.set(true);
        });
        await(() -> leaving.getState() == Thread.State.TIMED_WAITING);
        assertFalse(left.get());
        leave.countDown();
        leaving.join();
        session.join();
        assertTrue(left.get());
    }

    @Test
    void aPinnedTransactionKeepsItsBindingsAndGetsTheSuccessorOfAPluginThatLeft() throws Exception {
        AutoCloseable old = plugin("a", (w, e, c) -> Verdict.refuse("550 5.0.0 old"));
        bind(binding("a"));
        try (Pin pin = runner.pin()) {
            bind();
            assertEquals(550, code(decide(pin, Selector.NONE)));
            plugin("a", (w, e, c) -> Verdict.refuse("551 5.0.0 new"));
            assertEquals(550, code(decide(pin, Selector.NONE)), "while the old one is there the plan keeps it");
            old.close();
            assertEquals(551, code(decide(pin, Selector.NONE)));
            pin.renew();
            assertEquals(Decision.NEXT, decide(pin, Selector.NONE));
        }
    }

    @Test
    void replacedUnderLoadNoCallFailsAndNoneIsSkipped() throws Exception {
        AutoCloseable current = plugin0();
        bind(binding("a", "required", true));
        var stop = new AtomicBoolean();
        var wrong = new AtomicInteger();
        var made = new AtomicLong();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 16; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    if (!(decide().verdict() instanceof Verdict.Accept)) {
                        wrong.incrementAndGet();
                    }
                    made.incrementAndGet();
                    LockSupport.parkNanos(50_000);
                }
            }));
        }
        for (int swap = 0; swap < 100; swap++) {
            boolean sideBySide = swap % 2 == 0;
            if (sideBySide) {
                AutoCloseable next = plugin0();
                current.close();
                current = next;
            } else {
                current.close();
                current = plugin0();
            }
            long until = made.get() + 20;
            await(() -> made.get() >= until);
        }
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, wrong.get(), records::toString);
        current.close();
    }

    private AutoCloseable plugin0() {
        return runner.register(
                Score.class,
                new Score() {
                    @Override
                    public Verdict score(String what, List<String> edits, Call call) {
                        return Verdict.accept();
                    }
                },
                Map.of("mta.plugin", "a"));
    }

    // ---- the other kinds

    @Test
    void resolveTakesTheFirstAnswerAndAFailureIsNotNotFound() throws Exception {
        Stage<Score> name = runner.point(Score.class).stage("name");
        runner.register(
                Score.class,
                new Score() {
                    @Override
                    public Optional<String> name(String what) {
                        if (what.equals("broken")) {
                            throw new IllegalStateException();
                        }
                        return what.equals("known") ? Optional.of("first") : Optional.empty();
                    }
                },
                Map.of("mta.plugin", "one"));
        runner.register(
                Score.class,
                new Score() {
                    @Override
                    public Optional<String> name(String what) {
                        return what.equals("unknown") ? Optional.empty() : Optional.of("second");
                    }
                },
                Map.of("mta.plugin", "two"));
        bind(binding("one", "stages", "name"), binding("two", "stages", "name"));
        try (Pin pin = runner.pin()) {
            assertEquals(Optional.of("first"), name.resolve(pin, Selector.NONE, (p, c) -> p.name("known")));
            assertEquals(Optional.of("second"), name.resolve(pin, Selector.NONE, (p, c) -> p.name("other")));
            assertEquals(Optional.empty(), name.resolve(pin, Selector.NONE, (p, c) -> p.name("unknown")));
            assertThrows(Unresolved.class, () -> name.resolve(pin, Selector.NONE, (p, c) -> p.name("broken")));
        }
    }

    @Test
    void everyObserverIsToldWhateverTheOthersDo() {
        Stage<Score> told = runner.point(Score.class).stage("told");
        var heard = new ArrayList<String>();
        runner.register(
                Score.class,
                new Score() {
                    @Override
                    public void told(String what) {
                        throw new IllegalStateException("deaf");
                    }
                },
                Map.of("mta.plugin", "one"));
        runner.register(
                Score.class,
                new Score() {
                    @Override
                    public void told(String what) {
                        heard.add(what);
                    }
                },
                Map.of("mta.plugin", "two"));
        bind(binding("one", "stages", "told"), binding("two", "stages", "told"));
        try (Pin pin = runner.pin()) {
            told.observe(pin, Selector.NONE, (p, c) -> p.told("news"));
        }
        assertEquals(List.of("news"), heard);
    }

    @Test
    void aBindingWithoutStagesRunsWhatThePluginImplements() {
        plugin("a", (w, e, c) -> Verdict.refuse("550 5.7.1 no"));
        runner.bind(List.of(Binding.parse("a", Map.of("plugin", "a", "point", Score.class.getName()))));
        try (Pin pin = runner.pin()) {
            assertTrue(score.bound(pin, Selector.NONE));
            assertFalse(runner.point(Score.class).stage("told").bound(pin, Selector.NONE));
        }
    }

    @Test
    void driversAreFoundByNameAndTheNewestWins() throws Exception {
        AutoCloseable first =
                runner.register(Driver.class, () -> "first", Map.of("mta.plugin", "p", "mta.named", "smtp"));
        runner.register(Driver.class, () -> "second", Map.of("mta.plugin", "p", "mta.named", "smtp"));
        var drivers = runner.point(Driver.class);
        try (Pin pin = runner.pin()) {
            assertEquals("second", drivers.driver(pin, "smtp").orElseThrow().drive());
            assertEquals(Optional.empty(), drivers.driver(pin, "lmtp"));
        }
        first.close();
        try (Pin pin = runner.pin()) {
            assertEquals("second", drivers.driver(pin, "smtp").orElseThrow().drive());
        }
    }

    @Test
    void aDriverThatLeavesWaitsForThoseWhoHoldItAndForNobodyElse() throws Exception {
        AutoCloseable first = runner.register(Driver.class, () -> "first", Map.of("mta.plugin", "p"));
        var drivers = runner.point(Driver.class);
        Pin idle = runner.pin();
        Pin holder = runner.pin();
        assertEquals("first", drivers.driver(holder, "p").orElseThrow().drive());
        runner.register(Driver.class, () -> "second", Map.of("mta.plugin", "p"));
        var left = new CountDownLatch(1);
        Thread leaving = Thread.ofPlatform().start(() -> {
            try {
                first.close();
                left.countDown();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await(() -> runner.registrations().size() == 1);
        assertEquals("second", drivers.driver(idle, "p").orElseThrow().drive(), "an old pin finds its successor");
        assertEquals(1, left.getCount(), "it waits for its holder");
        holder.close();
        assertTrue(left.await(60, java.util.concurrent.TimeUnit.SECONDS), "the idle pin does not hold it up");
        leaving.join();
        idle.close();
    }

    @Test
    void aHookPointWhoseBundleHasGoneIsForgotten() {
        runner.point(Driver.class);
        plugin("a", (w, edits, call) -> Verdict.refuse(Reply.of(550, "5.7.1", "no")));
        bind(binding("a"));
        runner.retract(type -> type == Score.class);
        assertTrue(runner.stages().stream().noneMatch(stage -> stage.point() == Score.class));
        assertEquals(Decision.NEXT, decide(Selector.NONE), "a stage that somebody still has runs nothing");
        runner.point(Score.class);
        assertEquals(3, runner.stages().size());
    }

    @Test
    void aTraceSaysWhatRan() {
        plugin("a", (w, edits, call) -> {
            call.edit(() -> edits.add("x"));
            return Verdict.refuse(Reply.of(550, "5.7.1", "no"));
        });
        bind(binding("a"));
        decide(key -> key.equals(Selector.TRACE) ? "M1" : "");
        Traces.Entry entry = runner.traces().about("M1").getFirst();
        assertEquals("a", entry.plugin());
        assertEquals("refuse 550 5.7.1 no", entry.outcome());
        assertEquals(1, entry.edits());
        assertTrue(entry.time().isBefore(Instant.now().plusSeconds(1)));
    }
}
