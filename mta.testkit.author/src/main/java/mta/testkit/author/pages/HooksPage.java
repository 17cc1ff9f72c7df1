package mta.testkit.author.pages;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Hook;
import mta.plugins.api.hooks.Kind;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Protocol;
import mta.plugins.api.log.RecordFormat;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.Query;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.SaslMechanism;

/** {@code docs/hooks.md}: every hook point and stage, from the API's annotations and comments. */
final class HooksPage {

    private static final String HEAD = """
            # Hook points

            Generated from the plugin API (`./mta docs`); do not edit. How to write a plugin: [plugin-guide.md](plugin-guide.md).
            Coming from another MTA: [porting.md](porting.md).

            A plugin implements one of these interfaces and overrides the stages it wants; a script has functions of the same
            names. A binding in `conf/` says which plugin runs at which stages, in which order, and what its failure means.

            - **Decides**: an ordered chain. Each plugin gives a verdict that the stage admits; `NEXT` is no opinion. `REFUSE` and
              `DISCARD` end the chain at once; otherwise the strongest of what was said counts: `HOLD`, then `LATER`, then `ACCEPT`.
            - **Resolves**: the first answer wins; empty asks the next.
            - **Told**: everybody is told, nobody answers.
            - **Driver**: chosen by its name; needs no binding.

            *If it fails* is what a throw, a passed deadline, null or an inadmissible verdict means unless the binding says
            otherwise (`onError`): `tempfail` refuses with 451 4.3.0, `next` goes on, `spill` keeps records on disk until they are
            taken. *Time* is the deadline unless the binding says otherwise (`timeout`). A failed call leaves no trace in the message
            but a record that names the plugin.
            """;

    /** In the order in which a message meets them. */
    private static final List<Class<?>> POINTS = List.of(
            Reception.class,
            SaslMechanism.class,
            Routing.class,
            Delivery.class,
            Transport.class,
            Policy.class,
            RecordSink.class,
            RecordFormat.class,
            Io.class,
            Protocol.class);

    /** Stages in the order in which they happen; the class file does not keep the source's. */
    private static final Map<Class<?>, List<String>> ORDER = Map.of(
            Reception.class,
            List.of(
                    "connect",
                    "tls",
                    "helo",
                    "auth",
                    "mail",
                    "rcpt",
                    "rcptRefused",
                    "data",
                    "headers",
                    "stream",
                    "message",
                    "perRecipient",
                    "command",
                    "reply",
                    "end",
                    "close"),
            Routing.class,
            List.of("split", "place", "seal"),
            Delivery.class,
            List.of(
                    "ready",
                    "resolve",
                    "source",
                    "dial",
                    "greeted",
                    "secured",
                    "auth",
                    "envelope",
                    "content",
                    "response",
                    "retry",
                    "bounce",
                    "done"));

    private final ApiSource source;

    HooksPage(ApiSource source) {
        this.source = source;
    }

    String text(List<Class<? extends Query<?>>> queries) {
        var page = new StringBuilder(HEAD);
        for (Class<?> point : POINTS) {
            page.append("\n## ")
                    .append(point.getSimpleName())
                    .append("\n\n`")
                    .append(point.getName())
                    .append("`. ");
            page.append(source.type(point).orElseThrow().text()).append("\n\n");
            List<Method> stages = stages(point);
            page.append(stages.isEmpty() ? driver(point) : table(stages));
            if (point == Policy.class) {
                page.append(queries(queries));
            }
        }
        return page.append(verdicts()).toString();
    }

    private static List<Method> stages(Class<?> point) {
        List<String> order = ORDER.getOrDefault(point, List.of());
        return Stream.of(point.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Hook.class))
                .sorted(Comparator.comparing((Method method) ->
                                order.contains(method.getName()) ? order.indexOf(method.getName()) : order.size())
                        .thenComparing(Method::getName))
                .toList();
    }

    private String table(List<Method> stages) {
        var table =
                new StringBuilder("| stage | when | data | answer | if it fails | time |\n|---|---|---|---|---|---|\n");
        for (Method stage : stages) {
            Hook hook = stage.getAnnotation(Hook.class);
            table.append("| `")
                    .append(stage.getName())
                    .append("` | ")
                    .append(cell(source.method(stage).map(Comment::text).orElse("")))
                    .append(" | ")
                    .append(data(stage))
                    .append(" | ")
                    .append(answer(hook, stage))
                    .append(" | ")
                    .append(failure(hook))
                    .append(" | ")
                    .append(time(Duration.ofMillis(hook.timeoutMillis())))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String data(Method stage) {
        return Stream.of(stage.getParameters())
                .map(parameter -> "`" + name(parameter.getParameterizedType()) + "` " + parameter.getName())
                .collect(Collectors.joining(", "));
    }

    private static String answer(Hook hook, Method stage) {
        return switch (hook.value()) {
            case DECIDE ->
                "decides: "
                        + Arrays.stream(hook.admits())
                                .map(kind -> "`" + kind + "`")
                                .collect(Collectors.joining(" "));
            case RESOLVE -> "resolves: `" + name(stage.getGenericReturnType()) + "`";
            case OBSERVE -> "told";
            case PROVIDE -> "driver";
        };
    }

    private static String failure(Hook hook) {
        boolean spills = hook.onError() == FailureAction.SPILL;
        if (hook.value() == Kind.OBSERVE && !spills) {
            return "a record, no more";
        }
        String action = "`" + hook.onError().name().toLowerCase(Locale.ROOT) + "`";
        return hook.value() == Kind.RESOLVE && hook.onError() != FailureAction.NEXT
                ? action + ": \"cannot tell\", never \"not found\""
                : action;
    }

    private static String time(Duration time) {
        return time.toSeconds() >= 60 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }

    private String driver(Class<?> point) {
        var text = new StringBuilder("| method | answer | what it does |\n|---|---|---|\n");
        methods(point, "", text);
        Stream.of(point.getDeclaredClasses())
                .filter(type -> type.isInterface() && !type.isSealed())
                .sorted(Comparator.comparing(Class::getSimpleName))
                .forEach(type -> methods(type, type.getSimpleName() + ".", text));
        return text.toString();
    }

    private void methods(Class<?> type, String prefix, StringBuilder text) {
        Stream.of(type.getDeclaredMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .sorted(Comparator.comparing(Method::getName))
                .forEach(method -> text.append("| `")
                        .append(prefix)
                        .append(signature(method))
                        .append("`")
                        .append(method.isDefault() ? "" : ", required")
                        .append(" | `")
                        .append(name(method.getGenericReturnType()))
                        .append("` | ")
                        .append(cell(source.method(method).map(Comment::text).orElse("")))
                        .append(" |\n"));
    }

    private static String signature(Method method) {
        String parameters = Stream.of(method.getParameters())
                .map(parameter -> name(parameter.getParameterizedType()) + " " + parameter.getName())
                .collect(Collectors.joining(", "));
        return method.getName() + "(" + parameters + ")";
    }

    private String queries(List<Class<? extends Query<?>>> queries) {
        var text = new StringBuilder("\nThe queries of the API; a bundle may add its own (a record that implements"
                + " `Query`).\n\n| query | answer | about |\n|---|---|---|\n");
        for (Class<? extends Query<?>> query : queries) {
            var answer = (ParameterizedType) query.getGenericInterfaces()[0];
            String components = Stream.of(query.getRecordComponents())
                    .map(component -> component.getName())
                    .collect(Collectors.joining(", "));
            text.append("| `")
                    .append(query.getSimpleName())
                    .append('(')
                    .append(components)
                    .append(")` | `")
                    .append(name(answer.getActualTypeArguments()[0]))
                    .append("` | ")
                    .append(cell(source.type(query).map(Comment::text).orElse("")))
                    .append(" |\n");
        }
        return text.toString();
    }

    private String verdicts() {
        var text = new StringBuilder("\n## Verdicts\n\n| verdict | Java | JavaScript | meaning |\n|---|---|---|---|\n");
        row(text, mta.plugins.api.Verdict.Next.class, "`Verdict.next()`", "nothing");
        row(text, mta.plugins.api.Verdict.Accept.class, "`Verdict.accept()`", "`mta.accept()`");
        row(text, mta.plugins.api.Verdict.Refuse.class, "`Verdict.refuse(\"550 5.7.1 No\")`", "`'550 5.7.1 No'`");
        row(text, mta.plugins.api.Verdict.Later.class, "`Verdict.later(duration, reply)`", "`mta.later('15m', reply)`");
        row(text, mta.plugins.api.Verdict.Hold.class, "`Verdict.hold(reason)`", "`mta.hold(reason)`");
        row(text, mta.plugins.api.Verdict.Discard.class, "`Verdict.discard(reason)`", "`mta.discard(reason)`");
        return text.toString();
    }

    private void row(StringBuilder text, Class<?> verdict, String java, String script) {
        text.append("| `")
                .append(verdict.getSimpleName().toUpperCase(Locale.ROOT))
                .append("` | ")
                .append(java)
                .append(" | ")
                .append(script)
                .append(" | ")
                .append(cell(source.type(verdict).map(Comment::text).orElse("")))
                .append(" |\n");
    }

    private static String name(Type type) {
        if (type instanceof ParameterizedType generic) {
            return name(generic.getRawType()) + "<"
                    + Stream.of(generic.getActualTypeArguments())
                            .map(HooksPage::name)
                            .collect(Collectors.joining(", "))
                    + ">";
        }
        if (type instanceof Class<?> plain) {
            boolean inner = plain.getEnclosingClass() != null;
            return (inner ? plain.getEnclosingClass().getSimpleName() + "." : "") + plain.getSimpleName();
        }
        return type.getTypeName();
    }

    private static String cell(String text) {
        return text.replace("\n\n", " ").replace("|", "\\|").replace('\n', ' ');
    }
}
