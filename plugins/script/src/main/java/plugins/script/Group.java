package plugins.script;

import java.util.Map;
import java.util.Optional;

/**
 * The functions of a script at one hook point.
 *
 * @param point as the script writes it: {@code reception}, {@code policy.DomainFor}, {@code com.acme.Score}
 * @param type the interface; empty while the bundle that declares it is not there
 * @param query the type of queries that a policy answers
 * @param plugin the name that bindings use
 * @param named the name of a driver: transport, format, mechanism
 * @param functions method to index in the script's slots
 */
public record Group(
        String point,
        Optional<Class<?>> type,
        Optional<Class<?>> query,
        String plugin,
        Optional<String> named,
        Map<String, Integer> functions) {

    public Group {
        functions = Map.copyOf(functions);
    }

    Group withType(Class<?> found) {
        return new Group(point, Optional.of(found), query, plugin, named, functions);
    }
}
