package plugins.script.tool;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.hooks.Call;
import plugins.script.Bench;

/**
 * Writes {@code mta.d.ts}: the API as scripts see it, read from its classes, so that editors complete and check. What the
 * views do to types (view package) is done here to their names.
 */
public final class Declarations {

    private static final String API = "mta.plugins.api.";

    private static final int WIDTH = 110;

    /** What the API's comments say; written by ./mta docs. */
    private final Properties comments = comments();

    private final Map<String, String> written = new TreeMap<>();
    private final Deque<Class<?>> wanted = new ArrayDeque<>();
    private final Set<Class<?>> seen = new java.util.HashSet<>();

    private Declarations() {}

    public static String text() {
        var declarations = new Declarations();
        return declarations.all();
    }

    private String all() {
        var groups = new StringBuilder("export interface Script {\n"
                + "  name?: string;\n  api: 1;\n  config?: { [key: string]: Json };\n  selftest?(): boolean | void;\n");
        Bench.points().forEach((name, type) -> {
            want(type);
            groups.append("  ")
                    .append(name)
                    .append("?: Partial<")
                    .append(simple(type))
                    .append("> & { name?: string };\n");
        });
        groups.append("  policy?: {\n");
        Bench.queries()
                .forEach((query, answer) -> groups.append("    ")
                        .append(query.getSimpleName())
                        .append("?(query: ")
                        .append(simple(query))
                        .append("): ")
                        .append(in(answer))
                        .append(" | Answer<")
                        .append(in(answer))
                        .append("> | null | void;\n"));
        groups.append("  };\n  hooks?: { [type: string]: { [method: string]: (...args: any[]) => any } };\n}\n");
        Class<?> next;
        while ((next = wanted.poll()) != null) {
            if (seen.add(next)) {
                written.put(simple(next), declare(next));
            }
        }
        return resource() + "\n" + groups + "\n" + String.join("\n", written.values());
    }

    /** What no class says: the object {@code mta} and the values of JavaScript. */
    private static String resource() {
        try (InputStream in = Declarations.class.getResourceAsStream("mta-head.d.ts")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Properties comments() {
        var comments = new Properties();
        try (InputStream in = Declarations.class.getResourceAsStream("api-comments.properties")) {
            comments.load(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return comments;
    }

    /** A comment in front of what it is about, empty where the API says nothing. */
    private String comment(String name, String indent) {
        String text = comments.getProperty(name, "");
        if (text.isEmpty()) {
            return "";
        }
        var lines = new java.util.ArrayList<String>();
        for (String paragraph : text.split("\n", -1)) {
            var line = new StringBuilder();
            for (String word : paragraph.split(" ")) {
                if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
            lines.add(line.toString());
        }
        // What ends a comment here may stand in one of Java.
        lines.replaceAll(line -> line.replace("*/", "* /"));
        if (lines.size() == 1) {
            return indent + "/** " + lines.getFirst() + " */\n";
        }
        return lines.stream()
                .map(line -> (indent + " * " + line).stripTrailing() + "\n")
                .collect(Collectors.joining("", indent + "/**\n", indent + " */\n"));
    }

    private String comment(Class<?> type) {
        return comment(type.getName().replace('$', '.'), "");
    }

    private String comment(Method method) {
        String owner = method.getDeclaringClass().getName().replace('$', '.');
        return comment(owner + "#" + method.getName() + "(" + method.getParameterCount() + ")", "  ");
    }

    private void want(Class<?> type) {
        wanted.add(type);
    }

    private static String simple(Class<?> type) {
        String nested =
                type.getEnclosingClass() == null ? "" : type.getEnclosingClass().getSimpleName();
        return nested + type.getSimpleName();
    }

    private String declare(Class<?> type) {
        if (type.isEnum()) {
            return comment(type) + "export type " + simple(type) + " = "
                    + Arrays.stream(type.getEnumConstants())
                            .map(each -> "'" + ((Enum<?>) each).name() + "'")
                            .collect(Collectors.joining(" | "))
                    + ";\n";
        }
        if (type.isSealed()) {
            Stream.of(type.getPermittedSubclasses()).forEach(this::want);
            return comment(type) + "export type " + simple(type) + " = "
                    + Stream.of(type.getPermittedSubclasses())
                            .map(Declarations::simple)
                            .collect(Collectors.joining(" | "))
                    + ";\n";
        }
        var text = new StringBuilder(comment(type) + "export interface " + simple(type) + " {\n");
        if (type.isRecord()) {
            text.append("  type(): '").append(type.getSimpleName()).append("';\n");
        }
        Stream.of(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers())
                        && !method.isBridge()
                        && method.getDeclaringClass() != Object.class
                        && !Set.of("equals", "hashCode", "toString").contains(method.getName())
                        && !Arrays.asList(method.getParameterTypes()).contains(Call.class))
                .sorted(Comparator.comparing(Method::getName)
                        .thenComparing(Method::getParameterCount)
                        .thenComparing(Method::toGenericString))
                .forEach(method -> text.append(comment(method)).append(method(type, method)));
        text.append("  toString(): string;\n}\n");
        if (type.isRecord()) {
            text.append(literal(type));
        }
        return text.toString();
    }

    /** Whether scripts implement it: then arguments go out and answers come in; for what they use it is the other way. */
    private static boolean implemented(Class<?> type) {
        return type.isInterface()
                && (Bench.points().containsValue(type)
                        || type.getEnclosingClass() != null && Bench.points().containsValue(type.getEnclosingClass()));
    }

    private String method(Class<?> owner, Method method) {
        boolean mine = implemented(owner);
        String parameters = Arrays.stream(method.getParameters())
                .map(parameter -> (parameter.isVarArgs() ? "..." : "") + name(parameter) + ": "
                        + (mine ? out(parameter.getParameterizedType()) : in(parameter.getParameterizedType())))
                .collect(Collectors.joining(", "));
        String answer = mine ? in(method.getGenericReturnType()) : out(method.getGenericReturnType());
        String plain = mine && method.getReturnType() != void.class && !answer.contains("void")
                ? answer + " | Promise<" + answer + ">"
                : answer;
        return "  " + method.getName() + "(" + parameters + "): " + plain + ";\n";
    }

    private static String name(Parameter parameter) {
        return Set.of("function", "in", "var", "new", "delete", "with").contains(parameter.getName())
                ? parameter.getName() + "_"
                : parameter.getName();
    }

    /** What a script may write for a record: an object of its components. */
    private String literal(Class<?> type) {
        String members = Arrays.stream(type.getRecordComponents())
                .map(component -> "  " + component.getName() + (optional(component) ? "?" : "") + ": "
                        + in(component.getGenericType()) + ";\n")
                .collect(Collectors.joining());
        boolean variant = type.getInterfaces().length > 0 && type.getInterfaces()[0].isSealed();
        return "export interface " + simple(type) + "Like {\n"
                + (variant ? "  type: '" + type.getSimpleName() + "';\n" : "") + members + "}\n";
    }

    private static boolean optional(RecordComponent component) {
        String name = component.getType().getSimpleName();
        return name.startsWith("Optional")
                || Set.of("List", "Set", "Map", "String", "boolean", "int", "long", "double")
                        .contains(name);
    }

    // ---- names of types

    private String out(Type type) {
        return type(type, false);
    }

    private String in(Type type) {
        return type(type, true);
    }

    private String type(Type type, boolean given) {
        return switch (type) {
            case ParameterizedType generic ->
                generic((Class<?>) generic.getRawType(), generic.getActualTypeArguments(), given);
            case WildcardType wild -> type(wild.getUpperBounds()[0], given);
            case TypeVariable<?> _ -> "any";
            case GenericArrayType array -> type(array.getGenericComponentType(), given) + "[]";
            case Class<?> plain -> plain(plain, given);
            default -> "any";
        };
    }

    private String generic(Class<?> raw, Type[] of, boolean given) {
        return switch (raw.getSimpleName()) {
            case "Optional" -> type(of[0], given) + " | null" + (given ? " | void" : "");
            case "List", "Set", "Collection" ->
                given ? "Array<" + type(of[0], true) + ">" : "ReadonlyArray<" + type(of[0], false) + ">";
            case "Map" -> "{ [key: string]: " + type(of[1], given) + " }";
            default -> plain(raw, given);
        };
    }

    private String plain(Class<?> type, boolean given) {
        if (type.isArray() && type != byte[].class) {
            return type(type.componentType(), given) + "[]";
        }
        return switch (type.getName()) {
            case "void" -> "void";
            case "boolean", "java.lang.Boolean" -> "boolean";
            case "int", "long", "double", "java.lang.Integer", "java.lang.Long", "java.lang.Double" -> "number";
            case "java.lang.String" -> "string";
            case "java.lang.Object" -> "Json";
            case "java.util.OptionalInt", "java.util.OptionalLong" -> "number | null";
            case "java.time.Instant" -> given ? "Time" : "Date";
            case "java.time.Duration" -> given ? "Duration" : "number";
            case "[B" -> given ? "Octets" : "ReadonlyArray<number>";
            case "java.io.InputStream", "mta.plugins.api.mail.Content" -> given ? "Octets" : type.getSimpleName();
            case "java.io.OutputStream", "java.net.InetAddress", "java.net.InetSocketAddress" ->
                given && type.getSimpleName().equals("InetAddress") ? "InetAddress | string" : type.getSimpleName();
            case "mta.plugins.api.Verdict" -> given ? "Answered" : "Verdict";
            default -> ours(type, given);
        };
    }

    private String ours(Class<?> type, boolean given) {
        if (!type.getName().startsWith(API)) {
            return "any";
        }
        want(type);
        if (!given) {
            return simple(type);
        }
        if (type.isSealed()) {
            return simple(type) + " | "
                    + Stream.of(type.getPermittedSubclasses())
                            .map(each -> simple(each) + "Like")
                            .collect(Collectors.joining(" | "))
                    + (type.getSimpleName().equals("Outcome")
                            ? " | { recipient: Recipient, reply: ReplyLike | Reply | string }"
                            : "");
        }
        return type.isRecord()
                ? simple(type) + " | " + simple(type) + "Like" + (fromText(type) ? " | string" : "")
                : simple(type);
    }

    private static boolean fromText(Class<?> type) {
        return Stream.of(type.getMethods())
                .anyMatch(method -> Modifier.isStatic(method.getModifiers())
                        && method.getReturnType() == type
                        && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}));
    }
}
