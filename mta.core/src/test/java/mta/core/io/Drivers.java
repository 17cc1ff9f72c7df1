package mta.core.io;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Stage;

/** A hook runner that only knows drivers, by type and name. Every change is a new plan. */
final class Drivers implements HookPoints {

    private final Map<Class<?>, Map<String, Object>> drivers = new ConcurrentHashMap<>();
    private final AtomicLong plan = new AtomicLong();
    private final AtomicInteger pins = new AtomicInteger();

    <T> Drivers put(Class<T> type, String name, T driver) {
        drivers.computeIfAbsent(type, key -> new ConcurrentHashMap<>()).put(name, driver);
        plan.incrementAndGet();
        return this;
    }

    void remove(Class<?> type, String name) {
        drivers.get(type).remove(name);
        plan.incrementAndGet();
    }

    /** How many pins are not closed. */
    int pins() {
        return pins.get();
    }

    @Override
    public <T> HookPoint<T> point(Class<T> type) {
        return new HookPoint<>() {
            @Override
            public Stage<T> stage(String method) {
                throw new IllegalArgumentException("only drivers here");
            }

            @Override
            public Optional<T> driver(Pin pin, String name) {
                return Optional.ofNullable(drivers.getOrDefault(type, Map.of()).get(name))
                        .map(type::cast);
            }

            @Override
            public Set<String> drivers(Pin pin) {
                return Set.copyOf(drivers.getOrDefault(type, Map.of()).keySet());
            }
        };
    }

    @Override
    public Pin pin() {
        pins.incrementAndGet();
        return new Pin() {
            private final AtomicLong pinned = new AtomicLong(plan.get());
            private boolean closed;

            @Override
            public long plan() {
                return pinned.get();
            }

            @Override
            public void onHang(Runnable giveUp) {
                // Nothing is called here that could hang.
            }

            @Override
            public void renew() {
                pinned.set(plan.get());
            }

            @Override
            public void close() {
                if (!closed) {
                    closed = true;
                    pins.decrementAndGet();
                }
            }
        };
    }

    @Override
    public Pin pin(Pin session) {
        return pin();
    }
}
