package mta.smtp.server;

import java.lang.reflect.Method;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.hooks.Unresolved;

/** A plain list of plugins in the place of the hook runner: no deadlines, no bindings, all trusted. */
final class TestHooks implements HookPoints {

    private final Map<String, Object> plugins = new LinkedHashMap<>();
    private final Map<String, Object> drivers = new LinkedHashMap<>();
    final AtomicInteger openPins = new AtomicInteger();

    TestHooks plugin(String name, Object plugin) {
        plugins.put(name, plugin);
        return this;
    }

    TestHooks driver(String name, Object driver) {
        drivers.put(name, driver);
        return this;
    }

    @Override
    public <T> HookPoint<T> point(Class<T> type) {
        return new HookPoint<>() {
            @Override
            public Stage<T> stage(String method) {
                return new ListStage<>(type, method);
            }

            @Override
            public Optional<T> driver(Pin pin, String name) {
                return Optional.ofNullable(drivers.get(name))
                        .filter(type::isInstance)
                        .map(type::cast);
            }

            @Override
            public Set<String> drivers(Pin pin) {
                return drivers.keySet();
            }
        };
    }

    @Override
    public Pin pin() {
        openPins.incrementAndGet();
        return new Pin() {
            private boolean closed;

            @Override
            public long plan() {
                return 1;
            }

            @Override
            public void onHang(Runnable giveUp) {}

            @Override
            public void renew() {
                if (closed) {
                    throw new IllegalStateException("closed");
                }
            }

            @Override
            public void close() {
                if (!closed) {
                    closed = true;
                    openPins.decrementAndGet();
                }
            }
        };
    }

    @Override
    public Pin pin(Pin session) {
        return pin();
    }

    private final class ListStage<T> implements Stage<T> {

        private final Class<T> type;
        private final String method;

        ListStage(Class<T> type, String method) {
            this.type = type;
            this.method = method;
            if (Arrays.stream(type.getMethods()).noneMatch(m -> m.getName().equals(method))) {
                throw new IllegalArgumentException(type + " has no stage " + method);
            }
        }

        private List<Map.Entry<String, T>> bound() {
            var list = new ArrayList<Map.Entry<String, T>>();
            plugins.forEach((name, plugin) -> {
                if (type.isInstance(plugin) && implementsStage(plugin)) {
                    list.add(Map.entry(name, type.cast(plugin)));
                }
            });
            return list;
        }

        private boolean implementsStage(Object plugin) {
            for (Method m : plugin.getClass().getMethods()) {
                if (m.getName().equals(method) && m.getDeclaringClass() != type) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean bound(Pin pin, Selector selector) {
            return !bound().isEmpty();
        }

        @Override
        public Decision decide(Pin pin, Selector selector, Work<T, Verdict> work) {
            Decision decision = Decision.NEXT;
            for (var plugin : bound()) {
                Verdict verdict = call(plugin, work);
                if (verdict instanceof Verdict.Accept) {
                    decision = new Decision(verdict, plugin.getKey());
                } else if (!(verdict instanceof Verdict.Next)) {
                    return new Decision(verdict, plugin.getKey());
                }
            }
            return decision;
        }

        private <R> R call(Map.Entry<String, T> plugin, Work<T, R> work) {
            var call = new ListCall(plugin.getKey());
            try {
                R result = work.run(plugin.getValue(), call);
                call.apply();
                return result;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public <R> Optional<R> resolve(Pin pin, Selector selector, Work<T, Optional<R>> work) throws Unresolved {
            for (var plugin : bound()) {
                Optional<R> answer = call(plugin, work);
                if (answer.isPresent()) {
                    return answer;
                }
            }
            return Optional.empty();
        }

        @Override
        public void observe(Pin pin, Selector selector, Notice<T> notice) {
            for (var plugin : bound()) {
                call(plugin, (T one, Call call) -> {
                    notice.tell(one, call);
                    return "";
                });
            }
        }
    }

    private static final class ListCall implements Call {

        private final String name;
        private final List<Runnable> edits = new ArrayList<>();
        private boolean over;

        ListCall(String name) {
            this.name = name;
        }

        @Override
        public String binding() {
            return name;
        }

        @Override
        public String plugin() {
            return name;
        }

        @Override
        public boolean trusted() {
            return true;
        }

        @Override
        public Instant deadline() {
            return Instant.MAX;
        }

        @Override
        public void edit(Runnable edit) {
            if (over) {
                throw new IllegalStateException("the call is over");
            }
            edits.add(edit);
        }

        void apply() {
            over = true;
            edits.forEach(Runnable::run);
        }
    }
}
