package mta.bench.run;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One rate against another of the same run, and the goal.
 *
 * @param what what is compared, as in "mta / postfix"
 */
record Ratio(String what, double value, double goal) {

    boolean reached() {
        return value >= goal;
    }

    String text() {
        return String.format(
                "%s = %.2f, goal %s: %s", what, value, number(goal), reached() ? "reached" : "not reached");
    }

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("what", what);
        map.put("value", value);
        map.put("goal", goal);
        map.put("reached", reached());
        return map;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
