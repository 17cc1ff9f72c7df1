package mta.bench.hooks;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mta.core.hooks.Binding;
import mta.core.hooks.HookRunner;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A hook call as the core makes it, with the plugin that does nothing. Made and run by JMH. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HookCalls {

    /** A hook point without mail. */
    public interface Point {
        @Hook(Kind.DECIDE)
        default Verdict decide(String what) throws Exception {
            return Verdict.next();
        }
    }

    /** Has no opinion. */
    public static final class NoOp implements Point {
        @Override
        public Verdict decide(String what) {
            return Verdict.next();
        }
    }

    private static final Selector MESSAGE = key -> key.equals(Selector.TRACE) ? "01JD3W8Q0B2KM" : "";

    private final List<HookRunner> runners = new ArrayList<>();
    private Bound none;
    private Bound elsewhere;
    private Bound one;
    private Bound five;

    private record Bound(Stage<Point> stage, Pin pin) {}

    @Setup(Level.Trial)
    public void open() {
        none = bound(0, Map.of());
        elsewhere = bound(1, Map.of("when.listener", "submission"));
        one = bound(1, Map.of());
        five = bound(5, Map.of());
    }

    private Bound bound(int plugins, Map<String, Object> more) {
        var runner = new HookRunner(_ -> {}, InstantSource.system());
        runners.add(runner);
        var bindings = new ArrayList<Binding>();
        for (int i = 0; i < plugins; i++) {
            runner.register(Point.class, new NoOp(), Map.of("mta.plugin", "noop" + i));
            var binding = new java.util.HashMap<String, Object>(more);
            binding.putAll(Map.of("plugin", "noop" + i, "point", "Point", "stages", "decide"));
            bindings.add(Binding.parse("noop" + i, binding));
        }
        Stage<Point> stage = runner.point(Point.class).stage("decide");
        runner.bind(bindings).ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        return new Bound(stage, runner.pin());
    }

    @TearDown(Level.Trial)
    public void close() {
        runners.forEach(HookRunner::close);
    }

    private static Decision call(Bound bound, Selector selector) {
        return bound.stage().bound(bound.pin(), selector)
                ? bound.stage().decide(bound.pin(), selector, (plugin, _) -> plugin.decide("it"))
                : Decision.NEXT;
    }

    @Benchmark
    public Decision nothingBound() {
        return call(none, MESSAGE);
    }

    @Benchmark
    public Decision boundElsewhere() {
        return call(elsewhere, MESSAGE);
    }

    @Benchmark
    public Decision oneNoOp() {
        return call(one, MESSAGE);
    }

    @Benchmark
    public Decision oneNoOpUntraced() {
        return call(one, Selector.NONE);
    }

    @Benchmark
    public Decision fiveNoOps() {
        return call(five, MESSAGE);
    }
}
