package mta.queue.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives names small numbers, counts their users and gives a number again when it has none. Guarded by the index. */
final class Names {

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final Columns.Longs users = new Columns.Longs(10, 0);
    private final Columns.Ints serials = new Columns.Ints(10, 0);
    private final List<Integer> free = new ArrayList<>();
    private int serial;

    /** The number of a name, with one more user. */
    int take(String name) {
        Integer known = numbers.get(name);
        if (known != null) {
            users.add(known, 1);
            return known;
        }
        int number = free.isEmpty() ? names.size() : free.removeLast();
        if (number == names.size()) {
            names.add(name);
            users.reach(number);
            serials.reach(number);
        } else {
            names.set(number, name);
        }
        numbers.put(name, number);
        users.set(number, 1);
        serials.set(number, ++serial);
        return number;
    }

    /** One user less; true if it was the last and the number is free again. */
    boolean give(int number) {
        users.add(number, -1);
        if (users.at(number) > 0) {
            return false;
        }
        numbers.remove(names.get(number));
        names.set(number, null);
        free.add(number);
        return true;
    }

    /** The number of a name in use, or -1. */
    int find(String name) {
        return numbers.getOrDefault(name, -1);
    }

    /** The name, or null if the number is free. */
    String name(int number) {
        return names.get(number);
    }

    /** Changes whenever the number gets another name. */
    int serial(int number) {
        return serials.at(number);
    }

    int limit() {
        return names.size();
    }
}
