package plugins.script.view;

import java.lang.reflect.Array;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * A host object as a script sees it. Subclasses are made by {@link ViewMaker}: one public method for each of the type's,
 * exported to scripts; nothing else of the object can be reached. As thread-safe as what it shows.
 */
public abstract class View {

    /** Not exported: scripts cannot reach it. */
    protected final Object target;

    protected View(Object target) {
        this.target = target;
    }

    /** The simple name of its type, to tell {@code Delivered} from {@code Transient}, {@code Found} from {@code Missing}. */
    @HostAccess.Export
    public String type() {
        return getClass().getSimpleName();
    }

    @HostAccess.Export
    @Override
    public String toString() {
        return String.valueOf(target);
    }

    @HostAccess.Export
    @Override
    public boolean equals(Object other) {
        return other instanceof View view && target.equals(view.target);
    }

    @Override
    public int hashCode() {
        return target.hashCode();
    }

    // ---- called by the generated methods

    protected static Object out(Object value) {
        return Outward.value(value);
    }

    protected static Object out(Object value, Class<?> declared) {
        return Outward.view(value, declared);
    }

    protected static Object in(Value value, Class<?> owner, int method, int parameter) {
        return Inward.PLAIN.value(value, Shape.of(owner).methods().get(method).getGenericParameterTypes()[parameter]);
    }

    protected static Object inAll(Value[] values, Class<?> array) {
        Object all = Array.newInstance(array.componentType(), values.length);
        for (int i = 0; i < values.length; i++) {
            Array.set(all, i, Inward.PLAIN.value(values[i], array.componentType()));
        }
        return all;
    }
}
