package plugins.script;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.smtp.Transaction;

/** A plugin in Java with one fault at one stage. Whatever it can edit it edits first: nothing of that may be seen. */
final class FaultyJava implements InvocationHandler {

    static final String LEAK = "X-Leak";

    private final Fault fault;
    private volatile boolean over;
    private volatile Object[] kept;

    /** What the late edit of {@link Fault#LEAKS} met; empty: nothing yet, or it was let through. */
    volatile Optional<String> met = Optional.empty();

    FaultyJava(Fault fault) {
        this.fault = fault;
    }

    <T> T as(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
    }

    /** Lets go of what spins or hangs: the process goes on with other tests. */
    void end() {
        over = true;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> "faulty " + fault;
            };
        }
        if (fault == Fault.LEAKS) {
            return leak(method, arguments);
        }
        try {
            edit(arguments);
        } catch (IllegalStateException e) {
            // a stage that only reads
        }
        return switch (fault) {
            case THROWS -> throw new IllegalStateException("boom");
            case WAITS -> {
                Thread.sleep(Duration.ofHours(1));
                yield null;
            }
            case IGNORES -> {
                while (!over) {
                    LockSupport.parkNanos(10_000_000);
                    Thread.interrupted();
                }
                yield null;
            }
            case SPINS -> {
                while (!over) {
                    Thread.onSpinWait();
                }
                yield null;
            }
            case NULL -> null;
            case INADMISSIBLE -> inadmissible(method.getAnnotation(Hook.class));
            case LATE -> {
                long end = System.nanoTime() + FaultMatrixTest.DEADLINE.toNanos() * 2;
                while (System.nanoTime() - end < 0) {
                    LockSupport.parkNanos(10_000_000);
                    Thread.interrupted();
                }
                yield nothing(method);
            }
            case ERROR -> throw new AssertionError("boom");
            case LINKAGE -> throw new NoClassDefFoundError("com/acme/Missing");
            case LEAKS, WRONG_TYPE -> throw new IllegalStateException(fault + " is not done here");
        };
    }

    /** Keeps what it was given, and edits it when it is called the next time, as if from a thread of its own. */
    private Object leak(Method method, Object[] arguments) {
        Object[] before = kept;
        kept = arguments;
        if (before != null) {
            try {
                if (edit(before)) {
                    met = Optional.of("nothing");
                }
            } catch (IllegalStateException e) {
                met = Optional.of("refused");
            }
        }
        return nothing(method);
    }

    /** @return whether there was anything to edit */
    private static boolean edit(Object[] arguments) {
        boolean edited = false;
        for (Object argument : arguments == null ? new Object[0] : arguments) {
            switch (argument) {
                case Transaction transaction -> {
                    transaction.prependHeader(Header.of(LEAK, "java"));
                    edited = true;
                }
                case Message message -> {
                    message.headers().prepend(Header.of(LEAK, "java"));
                    edited = true;
                }
                case null, default -> {}
            }
        }
        return edited;
    }

    private static Object nothing(Method method) {
        return method.getReturnType() == Verdict.class
                ? Verdict.next()
                : method.getReturnType() == Optional.class ? Optional.empty() : null;
    }

    static boolean canBeInadmissible(Hook hook) {
        return hook.admits().length < Verdict.Kind.values().length;
    }

    private static Verdict inadmissible(Hook hook) {
        List<Verdict.Kind> admitted = Arrays.asList(hook.admits());
        if (!admitted.contains(Verdict.Kind.LATER)) {
            return Verdict.later(Duration.ofHours(1), Reply.of(451, "4.7.1", "later"));
        }
        if (!admitted.contains(Verdict.Kind.HOLD)) {
            return Verdict.hold("so");
        }
        return Verdict.discard("so");
    }
}
