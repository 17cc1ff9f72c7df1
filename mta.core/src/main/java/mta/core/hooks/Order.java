package mta.core.hooks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Puts bindings in order: by their {@code order} and name, but {@code before} and {@code after} win. */
final class Order {

    private Order() {}

    static List<Binding> sort(List<Binding> bindings) throws PlanRefused {
        var left = new ArrayList<>(bindings);
        left.sort(Comparator.comparingInt(Binding::order).thenComparing(Binding::name));
        var sorted = new ArrayList<Binding>(left.size());
        while (!left.isEmpty()) {
            Binding next = left.stream()
                    .filter(candidate -> left.stream().noneMatch(other -> mustPrecede(other, candidate)))
                    .findFirst()
                    .orElseThrow(() -> new PlanRefused("before/after of these bindings form a cycle: "
                            + String.join(", ", left.stream().map(Binding::name).toList())));
            left.remove(next);
            sorted.add(next);
        }
        return sorted;
    }

    private static boolean mustPrecede(Binding first, Binding second) {
        return first != second
                && (first.before().contains(second.name()) || second.after().contains(first.name()));
    }
}
