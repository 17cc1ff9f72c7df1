package plugins.script;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.hooks.Stoppable;

/** Makes the functions of a group the methods of its interface. Runs on the caller's thread; thread-safe. */
final class GroupHandler implements InvocationHandler {

    private record Target(int function, long limit, Calls.As as) {}

    private final Group group;
    private final Calls calls;
    private final Map<Method, Target> targets = new HashMap<>();

    GroupHandler(Class<?> type, Group group, Calls calls) {
        this.group = group;
        this.calls = calls;
        for (Method method : type.getMethods()) {
            Integer function = group.functions().get(method.getName());
            if (function != null) {
                targets.put(method, new Target(function, calls.limit(method), as(method)));
            }
        }
    }

    private Calls.As as(Method method) {
        if (group.query().isEmpty()) {
            return Calls.as(method);
        }
        Type answer = Points.answer(group.query().get());
        return (value, inward) -> value.isNull() ? Optional.empty() : Optional.of(inward.answer(value, answer));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        Target target = targets.get(method);
        if (target != null) {
            return calls.call(target.function, arguments, method, target.limit, target.as);
        }
        if (method.getDeclaringClass() == Stoppable.class) {
            calls.stop((Thread) arguments[0]);
            return null;
        }
        if (method.getDeclaringClass() == Object.class) {
            return Calls.ofObject(proxy, method, arguments, _ -> group.plugin() + " " + group.point());
        }
        if (group.query().isPresent() && method.getName().equals("query")) {
            return group.query().get();
        }
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        throw new ScriptFailure(group.plugin() + " has no " + group.point() + "." + method.getName());
    }
}
