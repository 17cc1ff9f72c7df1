package plugins.script;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import mta.plugins.api.policy.Policy;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;
import plugins.script.view.Inward;

/**
 * What a script exports: its name, defaults and groups, read from the default export and checked, so that a misspelt
 * function is refused and not silently never called.
 *
 * @param paths where the functions are, from the default export on
 */
record Outline(String name, Map<String, Object> config, List<Group> groups, List<List<String>> paths) {

    private static final Set<String> PLAIN = Set.of("name", "api", "version", "config", "selftest");

    static Outline read(String file, String base, Value exported) throws ScriptRefused {
        if (exported == null || !exported.hasMembers() || exported.canExecute()) {
            throw new ScriptRefused(
                    file, 1, 1, "has no default export: export default { name, api: 1, reception: {...} }");
        }
        return new Reading(file, exported).read(base);
    }

    /** One reading; for one thread. */
    private static final class Reading {

        private final String file;
        private final Value exported;
        private final List<Group> groups = new ArrayList<>();
        private final List<List<String>> paths = new ArrayList<>();

        Reading(String file, Value exported) {
            this.file = file;
            this.exported = exported;
        }

        Outline read(String base) throws ScriptRefused {
            Value api = exported.getMember("api");
            if (api == null || !api.fitsInInt() || api.asInt() != 1) {
                throw refused(exported, "needs api: 1, the version of the plugin API that it is written for");
            }
            Value given = exported.getMember("name");
            String name = given == null ? base : given.toString();
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
                throw refused(exported, "a name is letters, digits, '-', '_' and '.', not: " + name);
            }
            for (String key : exported.getMemberKeys()) {
                group(name, key, exported.getMember(key));
            }
            if (groups.isEmpty()) {
                throw refused(exported, "exports no group of functions: " + known());
            }
            return new Outline(name, config(), List.copyOf(groups), List.copyOf(paths));
        }

        private Map<String, Object> config() throws ScriptRefused {
            Value config = exported.getMember("config");
            var values = new LinkedHashMap<String, Object>();
            if (config != null) {
                for (String key : config.getMemberKeys()) {
                    try {
                        values.put(key, Inward.json(config.getMember(key)));
                    } catch (IllegalArgumentException e) {
                        throw refused(exported, "config." + key + " " + e.getMessage());
                    }
                }
            }
            return values;
        }

        private void group(String name, String key, Value value) throws ScriptRefused {
            if (PLAIN.contains(key)) {
                return;
            }
            if (key.equals("policy")) {
                for (String query : value.getMemberKeys()) {
                    policy(name, query, value.getMember(query));
                }
            } else if (key.equals("hooks")) {
                for (String type : value.getMemberKeys()) {
                    Value functions = value.getMember(type);
                    groups.add(new Group(
                            type,
                            Optional.empty(),
                            Optional.empty(),
                            name,
                            named(functions),
                            functions(List.of("hooks", type), functions, Optional.empty())));
                }
            } else if (Points.NAMED.containsKey(key)) {
                Class<?> type = Points.NAMED.get(key);
                groups.add(new Group(
                        key,
                        Optional.of(type),
                        Optional.empty(),
                        name,
                        named(value),
                        functions(List.of(key), value, Optional.of(type))));
            } else {
                throw refused(value.canExecute() ? value : exported, "no hook point is called " + key + ": " + known());
            }
        }

        private static String known() {
            return String.join(", ", Points.NAMED.keySet()) + ", policy, hooks";
        }

        private void policy(String name, String query, Value function) throws ScriptRefused {
            Class<?> type = Points.query(query)
                    .orElseThrow(() -> refused(function, "policy." + query + ": there is no such query"));
            if (!function.canExecute()) {
                throw refused(exported, "policy." + query + " is no function");
            }
            paths.add(List.of("policy", query));
            groups.add(new Group(
                    "policy." + query,
                    Optional.of(Policy.class),
                    Optional.of(type),
                    name + "." + query,
                    Optional.empty(),
                    Map.of("find", paths.size() - 1)));
        }

        private static Optional<String> named(Value group) {
            Value name = group.getMember("name");
            return name != null && name.isString() ? Optional.of(name.asString()) : Optional.empty();
        }

        private Map<String, Integer> functions(List<String> path, Value group, Optional<Class<?>> type)
                throws ScriptRefused {
            var functions = new LinkedHashMap<String, Integer>();
            for (String key : group.getMemberKeys()) {
                Value function = group.getMember(key);
                if (!function.canExecute() || key.startsWith("_")) {
                    continue;
                }
                if (type.isPresent() && !methods(type.get()).contains(key)) {
                    throw refused(
                            function,
                            String.join(".", path) + " has no function " + key + "; it has "
                                    + String.join(", ", methods(type.get())) + ". Functions of your own begin with _");
                }
                var to = new ArrayList<>(path);
                to.add(key);
                paths.add(List.copyOf(to));
                functions.put(key, paths.size() - 1);
            }
            if (functions.isEmpty()) {
                throw refused(exported, String.join(".", path) + " has no functions");
            }
            return functions;
        }

        private static Set<String> methods(Class<?> type) {
            var names = new TreeSet<String>();
            Arrays.stream(type.getMethods())
                    .filter(method -> !Modifier.isStatic(method.getModifiers()))
                    .forEach(method -> names.add(method.getName()));
            return names;
        }

        private ScriptRefused refused(Value at, String reason) {
            SourceSection section = at.getSourceLocation();
            return section == null
                    ? new ScriptRefused(file, 1, 1, reason)
                    : new ScriptRefused(file, section.getStartLine(), section.getStartColumn(), reason);
        }
    }
}
