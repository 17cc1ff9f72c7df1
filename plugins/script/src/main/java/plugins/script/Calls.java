package plugins.script;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Hook;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import plugins.script.view.Inward;
import plugins.script.view.Outward;

/** Calls of a script, each in a context of its own for as long as it takes, on the caller's thread. Thread-safe. */
final class Calls {

    private final String script;
    private final Pool pool;
    private final Watch watch;
    private final long callTimeout;

    Calls(String script, Pool pool, Watch watch, Duration callTimeout) {
        this.script = script;
        this.pool = pool;
        this.watch = watch;
        this.callTimeout = callTimeout.toNanos();
    }

    /** The hook runner knows the deadline of a stage and stops it; other calls have none but this. */
    long limit(Method method) {
        return method.isAnnotationPresent(Hook.class) ? 0 : callTimeout;
    }

    /** By the hook runner, at the deadline. */
    void stop(Thread caller) {
        Slot slot = pool.of(caller);
        if (slot != null) {
            slot.stop(caller, false);
        }
    }

    /** Calls a function of the pool. */
    Object call(int function, Object[] arguments, Method method, long limit, As as) {
        Slot slot = pool.of(Thread.currentThread());
        if (slot != null) {
            return run(slot, slot.function(function), arguments, method, as);
        }
        slot = pool.take();
        slot.enter(limit);
        try {
            return run(slot, slot.function(function), arguments, method, as);
        } finally {
            slot.leave();
        }
    }

    /** What the answer becomes. */
    @FunctionalInterface
    interface As {
        Object of(Value value, Inward inward);
    }

    static As as(Method method) {
        if (method.getReturnType() == void.class) {
            return (_, _) -> null;
        }
        if (method.getReturnType() == Verdict.class) {
            return (value, _) -> Inward.verdict(value);
        }
        return (value, inward) -> inward.value(value, method.getGenericReturnType());
    }

    private Object run(Slot slot, Value function, Object[] arguments, Method method, As as) {
        return guarded(slot, () -> function.execute(seen(arguments, method)), as);
    }

    private interface Work {
        Value run();
    }

    private Object guarded(Slot slot, Work work, As as) {
        try {
            Value value = work.run();
            return as.of(Settled.value(value), new Inward((functions, type) -> lease(slot, functions, type)));
        } catch (PolyglotException e) {
            if (e.isCancelled() || e.isResourceExhausted()) {
                slot.kill();
            }
            throw ScriptFailure.of(script, e);
        } catch (IllegalArgumentException e) {
            throw new ScriptFailure(script + ": " + e.getMessage(), e);
        }
    }

    private static Object[] seen(Object[] arguments, Method method) {
        if (arguments == null) {
            return new Object[0];
        }
        Class<?>[] types = method.getParameterTypes();
        var seen = new Object[arguments.length];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = Outward.view(arguments[i], types[i]);
        }
        return seen;
    }

    // ---- objects that a script gives to the host

    /**
     * An object with functions becomes one of the host: a Channel, an Exchange. It keeps its context, in which its state
     * lives; the pool gets another one. Its {@code close} ends both.
     */
    private Object lease(Slot slot, Value functions, Class<?> type) {
        slot.lease();
        watch.add(slot);
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Leased(slot, functions, type));
    }

    /** Used by one thread at a time; the lock is for those that do not keep to it. */
    private final class Leased implements InvocationHandler {

        private final Slot slot;
        private final Value functions;
        private final Class<?> type;
        private final ReentrantLock alone = new ReentrantLock();

        Leased(Slot slot, Value functions, Class<?> type) {
            this.slot = slot;
            this.functions = functions;
            this.type = type;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getDeclaringClass() == Object.class) {
                return ofObject(proxy, method, arguments, _ -> script + " " + type.getSimpleName());
            }
            boolean closing = method.getName().equals("close");
            alone.lockInterruptibly();
            try {
                return implemented(method)
                        ? run(proxy, method, arguments)
                        : otherwise(proxy, method, arguments, closing);
            } finally {
                if (closing) {
                    slot.close();
                }
                alone.unlock();
            }
        }

        private boolean implemented(Method method) {
            return slot.isDead() || functions.canInvokeMember(method.getName());
        }

        private Object run(Object proxy, Method method, Object[] arguments) {
            if (slot.isDead()) {
                throw new ScriptFailure(script + ": its context is closed");
            }
            slot.enter(limit(method));
            try {
                return guarded(
                        slot, () -> functions.invokeMember(method.getName(), seen(arguments, method)), as(method));
            } finally {
                slot.leave();
            }
        }

        private Object otherwise(Object proxy, Method method, Object[] arguments, boolean closing) throws Throwable {
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            if (closing) {
                return null;
            }
            throw new ScriptFailure(script + ": its " + type.getSimpleName() + " has no " + method.getName());
        }
    }

    static Object ofObject(Object proxy, Method method, Object[] arguments, Function<Object, String> text) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> text.apply(proxy);
        };
    }
}
