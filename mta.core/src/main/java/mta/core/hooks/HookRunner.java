package mta.core.hooks;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.DoubleToLongFunction;
import java.util.function.Predicate;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.PlanChange;
import mta.plugins.api.log.PluginFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs hooks. Holds the plan in force, the plugins that are there and the bindings, and makes each single call: deadline,
 * edits, failure. Thread-safe; calls are made on the caller's thread, which is interrupted at the deadline.
 */
public final class HookRunner implements HookPoints, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HookRunner.class);

    /** How long one who leaves is waited for; below the time after which Declarative Services complain. */
    private static final Duration DRAIN = Duration.ofSeconds(4);

    private final Consumer<LogRecord> records;
    private final InstantSource clock;
    private final Watchdog watchdog;
    private final Traces traces = new Traces();
    private final AtomicLong serials = new AtomicLong();

    /** Guards the making of plans: the fields below change only under it. */
    private final Object planning = new Object();

    private final Map<Class<?>, Point<?>> points = new HashMap<>();
    private final Map<Class<?>, Map<String, Seat<?>>> seats = new HashMap<>();
    private final Map<Integer, HookStage<?>> stages = new TreeMap<>();
    private int nextStage;
    private final Map<String, Guard> guards = new HashMap<>();
    private final List<Registration<?>> registrations = new CopyOnWriteArrayList<>();
    private List<Binding> bindings = List.of();
    private volatile Plan plan = new Plan(0, new Link<?>[0][], Map.of());
    private volatile String refusal = "";

    /** Whether any bindings, none included, have ever been taken over. */
    private volatile boolean bound;

    public HookRunner(Consumer<LogRecord> records, InstantSource clock) {
        this.records = records;
        this.clock = clock;
        this.watchdog = new Watchdog(() -> registrations, this::hung);
    }

    // ---- hook points and pins

    @Override
    @SuppressWarnings("unchecked") // the map's value belongs to its key
    public <T> HookPoint<T> point(Class<T> type) {
        synchronized (planning) {
            Point<?> known = points.get(type);
            if (known == null) {
                known = declare(type);
                replan("hook point " + type.getSimpleName());
            }
            return (HookPoint<T>) known;
        }
    }

    private <T> Point<T> declare(Class<T> type) {
        var point = new Point<>(type, new HookType(type));
        points.put(type, point);
        for (String name : point.type.stages().keySet()) {
            var stage = new HookStage<>(this, type, name, nextStage++);
            stages.put(stage.number(), stage);
            point.stages.put(name, stage);
        }
        return point;
    }

    /** The bundle that declares these hook points has gone: nothing here may keep its classes. */
    void retract(Predicate<Class<?>> gone) {
        synchronized (planning) {
            boolean known = points.keySet().removeIf(gone);
            known |= seats.keySet().removeIf(gone);
            if (known) {
                stages.values().removeIf(stage -> gone.test(stage.point()));
                replan("hook points left");
            }
        }
    }

    @Override
    public Pin pin() {
        return new PlanPin(this, plan, null);
    }

    @Override
    public Pin pin(Pin session) {
        return new PlanPin(this, plan, (PlanPin) session);
    }

    boolean isCurrent(Plan other) {
        return plan == other;
    }

    // ---- plugins and bindings

    /**
     * A plugin has come.
     *
     * @param properties of the service: {@code mta.plugin}, {@code mta.named}, {@code service.ranking} ...
     * @return closing it takes the plugin away: it is closed for new calls, and those that run are waited for
     */
    public <T> AutoCloseable register(Class<T> type, T service, Map<String, ?> properties) {
        var registration = new Registration<>(type, service, properties, serials.incrementAndGet());
        synchronized (planning) {
            if (!points.containsKey(type)) {
                declare(type);
            }
            registrations.add(registration);
            seat(type, registration.plugin()).add(registration);
            replan("plugin " + registration.plugin() + " came");
        }
        return () -> leave(type, registration);
    }

    private <T> void leave(Class<T> type, Registration<T> registration) {
        synchronized (planning) {
            seat(type, registration.plugin()).remove(registration);
            registration.close();
            registrations.remove(registration);
            replan("plugin " + registration.plugin() + " left");
        }
        if (!registration.drained(DRAIN)) {
            log.warn("plugin {} left while it was still in use", registration.plugin());
        }
    }

    private static boolean isDriver(Class<?> type) {
        return new HookType(type).stages().isEmpty();
    }

    @SuppressWarnings("unchecked") // the map's value belongs to its key
    private <T> Seat<T> seat(Class<T> type, String plugin) {
        return (Seat<T>) seats.computeIfAbsent(type, _ -> new HashMap<>()).computeIfAbsent(plugin, _ -> new Seat<T>());
    }

    /** Sets all bindings at once. @return empty, or why the new plan is refused and the old one stays */
    public Optional<String> bind(Collection<Binding> wanted) {
        synchronized (planning) {
            List<Binding> before = bindings;
            bindings = List.copyOf(wanted);
            try {
                checkPresence(before);
                Plan next = build();
                bound = true;
                install(next, "bindings changed");
                return Optional.empty();
            } catch (PlanRefused e) {
                bindings = before;
                refuse(e.getMessage());
                return Optional.of(e.getMessage());
            }
        }
    }

    /** A required plugin that is not there would stop mail at once: refused while mail is running. */
    private void checkPresence(List<Binding> before) throws PlanRefused {
        Optional<Binding> lacking = lacking(before, bindings);
        if (lacking.isPresent()) {
            Binding binding = lacking.get();
            throw new PlanRefused("binding " + binding.name() + " requires plugin " + binding.plugin()
                    + ", which is not there: install it first");
        }
    }

    /** Whether these bindings would be refused because a plugin is not there. */
    boolean lacks(List<Binding> wanted) {
        synchronized (planning) {
            return lacking(bindings, wanted).isPresent();
        }
    }

    private Optional<Binding> lacking(List<Binding> before, List<Binding> wanted) {
        if (plan.number() == 0 || before.isEmpty()) {
            return Optional.empty();
        }
        var known = new TreeSet<String>();
        before.forEach(binding -> known.add(binding.name()));
        return wanted.stream()
                .filter(binding -> binding.required() && !known.contains(binding.name()))
                .filter(binding ->
                        registrations.stream().noneMatch(r -> r.plugin().equals(binding.plugin())))
                .findFirst();
    }

    /** A plan that could not be made: said, recorded, shown by {@code mta:plan}; the one in force stays. */
    void refuse(String reason) {
        refusal = reason;
        log.error("new plan refused, plan {} stays: {}", plan.number(), reason);
        records.accept(new PlanChange(clock.instant(), plan.number(), false, reason));
    }

    private void replan(String reason) {
        try {
            install(build(), reason);
        } catch (PlanRefused e) {
            refuse(e.getMessage());
        }
    }

    private void install(Plan next, String reason) {
        plan = next;
        if (bound) {
            refusal = "";
        }
        records.accept(new PlanChange(clock.instant(), next.number(), true, reason));
    }

    private Plan build() throws PlanRefused {
        var chains = new Link<?>[nextStage][];
        List<Binding> sorted = Order.sort(bindings);
        var used = new TreeSet<String>();
        for (HookStage<?> stage : stages.values()) {
            chains[stage.number()] = chain(stage, sorted);
        }
        sorted.forEach(binding -> used.add(binding.name()));
        guards.keySet().retainAll(used);
        return new Plan(plan.number() + 1, chains, drivers());
    }

    private <T> Link<?>[] chain(HookStage<T> stage, List<Binding> sorted) throws PlanRefused {
        var links = new ArrayList<Link<T>>();
        HookType type = points.get(stage.point()).type;
        for (Binding binding : sorted) {
            if (!type.isNamed(binding.point())) {
                continue;
            }
            checkStages(binding, type);
            Seat<T> seat = seat(stage.point(), binding.plugin());
            Registration<T> planned = seat.current();
            boolean chosen = binding.stages().isEmpty()
                    ? planned != null && planned.implementsStage(stage.name())
                    : binding.stages().contains(stage.name());
            if (chosen) {
                Guard guard = guards.merge(
                        binding.name(), new Guard(binding), (old, fresh) -> old.fits(binding) ? old : fresh);
                links.add(new Link<>(binding, type, stage.name(), guard, seat, planned));
            }
        }
        return links.toArray(new Link<?>[0]);
    }

    private static void checkStages(Binding binding, HookType type) throws PlanRefused {
        for (String stage : binding.stages()) {
            if (!type.stages().containsKey(stage)) {
                throw new PlanRefused("binding " + binding.name() + ": " + type.simpleName() + " has no stage " + stage
                        + "; it has " + String.join(", ", type.stages().keySet()));
            }
        }
    }

    private Map<Class<?>, Map<String, Registration<?>>> drivers() {
        var drivers = new HashMap<Class<?>, Map<String, Registration<?>>>();
        seats.forEach((type, byPlugin) -> {
            if (isDriver(type)) {
                var named = new TreeMap<String, Registration<?>>();
                byPlugin.values().stream()
                        .<Registration<?>>flatMap(seat -> seat.all().stream())
                        .sorted(Registration.BEST_FIRST)
                        .forEach(registration -> named.putIfAbsent(registration.named(), registration));
                drivers.put(type, named);
            }
        });
        return drivers;
    }

    // ---- one call

    /** Calls the plugin of a link, whatever it does. */
    <T, R> Result<R> call(Link<T> link, PlanPin pin, Selector selector, Stage.Work<T, R> work, long budgetEnd) {
        long start = System.nanoTime();
        Guard guard = link.guard();
        if (!guard.breaker().admits(start)) {
            return notCalled(link, selector, link.onOpen(), "open", "its breaker is open", start);
        }
        if (!guard.takePlace()) {
            return notCalled(link, selector, link.onBusy(), "busy", "maxConcurrent is reached", start);
        }
        try {
            long deadline = start + Math.min(link.timeoutNanos(), Math.max(0, budgetEnd - start));
            Running call = enter(link, pin, link.registration(), start, deadline);
            if (call == null) {
                call = enterSuccessor(link, pin, start);
            }
            if (call == null) {
                FailureAction action = link.binding().onMissingOrDefault();
                return notCalled(link, selector, action, "missing", "the plugin is not there", start);
            }
            return needsThread(link, call)
                    ? callOnThread(link, call, selector, work)
                    : callHere(link, call, selector, work);
        } finally {
            guard.freePlace();
        }
    }

    /** One who comes may leave again before the call is in: until patience ends there is another. */
    private static <T> Running enterSuccessor(Link<T> link, PlanPin pin, long start) {
        long end = start + Link.PATIENCE.toNanos();
        Running call = null;
        for (long now = System.nanoTime(); call == null && now - end < 0; now = System.nanoTime()) {
            Registration<T> successor = link.successor(Duration.ofNanos(end - now));
            if (successor == null || successor.isLost()) {
                return null;
            }
            call = enter(link, pin, successor, now, now + link.timeoutNanos());
        }
        return call;
    }

    private static <T> Running enter(
            Link<T> link, PlanPin pin, Registration<T> registration, long start, long deadline) {
        if (registration == null || registration.isLost()) {
            return null;
        }
        var call = new Running(link, registration, pin, Thread.currentThread(), start, deadline);
        return registration.enter(call) ? call : null;
    }

    private static boolean needsThread(Link<?> link, Running call) {
        return link.binding().isolate() || call.registration().needsThread();
    }

    @SuppressWarnings("unchecked") // the registration of a call is the link's
    private static <T> T service(Running call) {
        return (T) call.registration().service();
    }

    private <T, R> Result<R> callHere(Link<T> link, Running call, Selector selector, Stage.Work<T, R> work) {
        R value = null;
        Throwable thrown = null;
        try {
            value = work.run(service(call), call);
        } catch (VirtualMachineError e) {
            thrown = e; // StackOverflowError is the plugin's; OutOfMemoryError may be anybody's, and is said as it is
        } catch (Throwable e) { // LinkageError, AssertionError ...: whatever a plugin throws is its failure
            thrown = e;
        } finally {
            call.end();
            call.registration().leave(call);
        }
        if (call.wasGivenUp()) {
            call.registration().cameBack();
            return new Result.Failed<>(FailureAction.SHUTDOWN, "hung");
        }
        return judge(link, call, selector, value, thrown);
    }

    /** For plugins that are known to hang, and bindings that say so: the caller waits no longer than the deadline. */
    private <T, R> Result<R> callOnThread(Link<T> link, Running call, Selector selector, Stage.Work<T, R> work) {
        Registration<?> registration = call.registration();
        var task = new FutureTask<R>(() -> {
            try {
                return work.run(service(call), call);
            } finally {
                registration.leave(call);
            }
        });
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("mta/" + link.stage() + "/" + link.binding().plugin())
                .start(task);
        try {
            long left = Math.max(0, -call.overdueNanos(System.nanoTime()));
            R value = task.get(left, TimeUnit.NANOSECONDS);
            call.end();
            return judge(link, call, selector, value, null);
        } catch (ExecutionException e) {
            call.end();
            return judge(link, call, selector, null, e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            call.interruptAndEnd(thread);
            registration.abandoned();
            Thread.ofVirtual().start(() -> {
                join(thread);
                registration.cameBack();
            });
            return failed(link, call.startNanos(), selector, link.onError(), "late", "no answer before its deadline");
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T, R> Result<R> judge(Link<T> link, Running call, Selector selector, R value, Throwable thrown) {
        long now = System.nanoTime();
        long start = call.startNanos();
        if (thrown != null) {
            String failure = call.isLate(now) ? "late" : "threw";
            if (link.guard().isWorthATrace(now)) {
                log.warn("plugin {} failed at {}", link.binding().plugin(), link.stage(), thrown);
            }
            return failed(link, start, selector, link.onError(), failure, thrown.toString());
        }
        if (call.isLate(now)) {
            return failed(link, start, selector, link.onError(), "late", "answered after its deadline");
        }
        if (value == null) {
            return failed(link, start, selector, link.onError(), "null", "answered null");
        }
        if (value instanceof Verdict verdict && !isAdmitted(link.hook(), verdict)) {
            String what = verdict.kind() + " is not admissible at " + link.stage();
            return failed(link, start, selector, link.onError(), "inadmissible", what);
        }
        int edits;
        try {
            edits = call.apply();
        } catch (RuntimeException e) {
            return failed(link, start, selector, link.onError(), "threw", "its edits could not be applied: " + e);
        }
        long took = now - start;
        link.tally().succeeded(took);
        if (link.guard().breaker().succeeded()) {
            event("BreakerClosed", link);
        }
        trace(link, selector, call.registration().version(), value, edits, took);
        return new Result.Returned<>(value);
    }

    private static boolean isAdmitted(Hook hook, Verdict verdict) {
        for (Verdict.Kind kind : hook.admits()) {
            if (kind == verdict.kind()) {
                return true;
            }
        }
        return false;
    }

    private <R> Result<R> failed(
            Link<?> link, long start, Selector selector, FailureAction action, String failure, String detail) {
        long now = System.nanoTime();
        link.tally().failed(now - start);
        if (link.guard().breaker().failed(now)) {
            event("BreakerOpened", link);
        }
        return record(link, start, selector, action, failure, detail);
    }

    /** Not the plugin's failure of now: does not count against its breaker. A missing plugin that nobody requires is no news. */
    private <R> Result<R> notCalled(
            Link<?> link, Selector selector, FailureAction action, String failure, String detail, long start) {
        if (action == FailureAction.NEXT && failure.equals("missing")) {
            return new Result.Failed<>(action, detail);
        }
        return record(link, start, selector, action, failure, detail);
    }

    private <R> Result<R> record(
            Link<?> link, long start, Selector selector, FailureAction action, String failure, String detail) {
        long took = System.nanoTime() - start;
        records.accept(new PluginFailure(
                clock.instant(),
                link.binding().name(),
                link.binding().plugin(),
                link.type().simpleName(),
                link.stage(),
                failure,
                action.name().toLowerCase(),
                Duration.ofNanos(took),
                detail));
        trace(
                link,
                selector,
                link.runs(),
                failure + ": " + detail + " -> " + action.name().toLowerCase(),
                0,
                took);
        return new Result.Failed<>(action, detail);
    }

    private void trace(Link<?> link, Selector selector, String version, Object outcome, int edits, long took) {
        String about = selector.value(Selector.TRACE);
        if (!about.isEmpty()) {
            String shown = outcome instanceof Verdict verdict ? Plans.words(verdict) : outcome.toString();
            traces.add(new Traces.Entry(
                    about,
                    clock.instant(),
                    plan.number(),
                    link.type().simpleName(),
                    link.stage(),
                    link.binding().name(),
                    link.binding().plugin(),
                    version,
                    shown,
                    edits,
                    Duration.ofNanos(took)));
        }
    }

    private void event(String kind, Link<?> link) {
        records.accept(new LogRecord.Event(
                clock.instant(),
                kind,
                Map.of(
                        "binding",
                        link.binding().name(),
                        "plugin",
                        link.binding().plugin())));
    }

    /** By the watchdog: a call ignores its interruption. Its owner gives up; later calls get threads of their own. */
    private void hung(Running call) {
        call.registration().hung();
        Link<?> link = call.link();
        var where = new StringBuilder("ignored its deadline and its interruption; it is at");
        for (StackTraceElement frame : call.stack()) {
            where.append(' ').append(frame).append(';');
            if (where.length() > 600) {
                break;
            }
        }
        failed(link, call.startNanos(), Selector.NONE, FailureAction.SHUTDOWN, "hung", where.toString());
        Thread.ofVirtual().name("mta/give-up").start(call.pin()::giveUp);
    }

    // ---- what tables show

    /** Changes with every plan. */
    public long planNumber() {
        return plan.number();
    }

    Plan current() {
        return plan;
    }

    Traces traces() {
        return traces;
    }

    /** Why the last new plan was refused; empty if the one in force is the last. */
    String refusal() {
        return refusal;
    }

    /** Why the configured bindings are not in force; empty if they are. */
    String unbound() {
        return bound || !refusal.isEmpty() ? refusal : "not read yet";
    }

    /** What a required binding asks for. */
    public record Need(String binding, String plugin, String point) {}

    public List<Need> required() {
        return bindings().stream()
                .filter(Binding::required)
                .map(binding -> new Need(binding.name(), binding.plugin(), binding.point()))
                .toList();
    }

    /** Names of the bindings of a plugin. */
    public List<String> bindingsOf(String plugin) {
        return bindings().stream()
                .filter(binding -> binding.plugin().equals(plugin))
                .map(Binding::name)
                .toList();
    }

    /**
     * What came of the calls of one binding at one stage.
     *
     * @param spread durations in nanoseconds, by percentile
     * @param hung calls of the plugin that never came back
     */
    public record Use(
            String plugin,
            String binding,
            String stage,
            long calls,
            long failures,
            DoubleToLongFunction spread,
            boolean open,
            int hung) {}

    public List<Use> uses() {
        var hung = new TreeMap<String, Integer>();
        registrations.forEach(one -> hung.merge(one.plugin(), one.abandonedCalls(), Integer::sum));
        Map<String, Guard> now = guards();
        var uses = new ArrayList<Use>();
        for (Binding binding : bindings()) {
            Guard guard = now.get(binding.name());
            if (guard != null) {
                guard.tallies()
                        .forEach((stage, tally) -> uses.add(new Use(
                                binding.plugin(),
                                binding.name(),
                                stage,
                                tally.calls(),
                                tally.failures(),
                                tally.nanos()::percentile,
                                guard.breaker().isOpen(),
                                hung.getOrDefault(binding.plugin(), 0))));
            }
        }
        return uses;
    }

    /** A plugin that a binding requires and that is not there. */
    Optional<String> missingPlugin() {
        synchronized (planning) {
            return bindings.stream()
                    .filter(Binding::required)
                    .map(Binding::plugin)
                    .filter(plugin ->
                            registrations.stream().noneMatch(r -> r.plugin().equals(plugin)))
                    .findFirst();
        }
    }

    List<HookStage<?>> stages() {
        synchronized (planning) {
            return List.copyOf(stages.values());
        }
    }

    Map<String, Guard> guards() {
        synchronized (planning) {
            return new TreeMap<>(guards);
        }
    }

    List<Binding> bindings() {
        synchronized (planning) {
            return bindings;
        }
    }

    Collection<Registration<?>> registrations() {
        return registrations;
    }

    Map<Class<?>, Map<String, Registration<?>>> driversNow() {
        synchronized (planning) {
            return drivers();
        }
    }

    HookType type(Class<?> point) {
        synchronized (planning) {
            return points.get(point).type;
        }
    }

    @Override
    public void close() {
        watchdog.stop();
    }

    /** A hook point that was declared. */
    private final class Point<T> implements HookPoint<T> {

        private final Class<T> point;
        private final HookType type;
        private final Map<String, HookStage<T>> stages = new ConcurrentHashMap<>();

        Point(Class<T> point, HookType type) {
            this.point = point;
            this.type = type;
        }

        @Override
        public Stage<T> stage(String method) {
            HookStage<T> stage = stages.get(method);
            if (stage == null) {
                throw new IllegalArgumentException(type.name() + " has no stage " + method);
            }
            return stage;
        }

        @Override
        @SuppressWarnings("unchecked") // drivers are kept by their type
        public Optional<T> driver(Pin pin, String name) {
            var holder = (PlanPin) pin;
            var pinned = (Registration<T>) holder.pinned().drivers(point).get(name);
            if (pinned != null && holder.hold(pinned)) {
                return Optional.of(pinned.service());
            }
            // It has left since the plan was made: its successor, as with hooks.
            var now = (Registration<T>) plan.drivers(point).get(name);
            return now != null && holder.hold(now) ? Optional.of(now.service()) : Optional.empty();
        }

        @Override
        public Set<String> drivers(Pin pin) {
            return ((PlanPin) pin).pinned().drivers(point).keySet();
        }
    }
}
