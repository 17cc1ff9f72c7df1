package mta.queue.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import mta.core.intake.MessageId;
import mta.plugins.api.Reply;
import mta.plugins.api.admin.Job;
import mta.plugins.api.admin.Operator;
import mta.plugins.api.admin.Refusal;
import mta.plugins.api.admin.Table;
import mta.plugins.api.log.AdminAction;
import mta.queue.admin.QueueCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console verbs against a queue that runs. */
class VerbsTest {

    @TempDir
    Path directory;

    private static String text(Object answer) {
        return switch (answer) {
            case Table table ->
                table.rows().stream()
                                .map(row -> row.stream().map(Object::toString).collect(Collectors.joining(" | ")))
                                .collect(Collectors.joining("\n"))
                        + "\n" + table.note();
            default -> answer.toString();
        };
    }

    private static Object ended(Object answer) throws InterruptedException {
        Job job = assertInstanceOf(Job.class, answer, text(answer));
        assertTrue(job.await(Duration.ofMinutes(1)));
        return assertInstanceOf(Job.Done.class, job.state(), job.state().toString())
                .answer();
    }

    @Test
    void whyAnswersOnOneScreen() {
        try (var node = new Node(directory).policy("connections", "7").start()) {
            var commands = new QueueCommands(node.dispatch);
            node.transport.dead.put("mx.dead.example", Reply.of(451, "4.4.1", "connection timed out"));
            node.put("a@dead.example");
            node.await("dialled", () -> node.transport.dialled.get() == 1);
            node.settle();
            String why = text(commands.why(new String[] {"dead.example"}));
            assertTrue(why.contains("cannot be reached, 1 failures in a row; tried again in 60s"), why);
            assertTrue(why.contains("connection timed out"), why);
            assertTrue(why.contains("connections 7 [test]"), why);
            assertTrue(why.lines().count() < 24, "one screen");
            String paths = text(commands.paths(new String[0]));
            assertTrue(paths.contains("smtp:mx.dead.example via default | 0/7 | no limit | 1"), paths);
            assertInstanceOf(Refusal.class, commands.why(new String[] {"nobody.example"}));
            assertTrue(text(commands.explain(new String[] {"default", "dead.example"}))
                    .contains("connections | 7 | test"));
            node.transport.dead.clear();
            commands.queue(new String[] {"retry", "destination=dead.example"});
            node.await("retried now", () -> node.queued() == 0);
        }
    }

    @Test
    void actionsAreAskedForPlainlyAndRecorded() throws Exception {
        try (var node = new Node(directory).policy().start()) {
            var commands = new QueueCommands(node.dispatch);
            node.transport.answer = (_, _) -> Reply.of(451, "4.0.0", "later");
            long id = node.put("a@one.example");
            node.put("b@one.example");
            node.put("c@two.example");
            node.settle();
            assertInstanceOf(Refusal.class, commands.queue(new String[] {"drop"}), "no filter");
            assertInstanceOf(Refusal.class, commands.queue(new String[] {"suspend", "age>1d"}), "not for queues");
            assertInstanceOf(Refusal.class, commands.queue(new String[] {"nonsense"}));
            Table dry = (Table) commands.queue(new String[] {"drop", "destination=one.example", "--dry-run"});
            assertEquals(2, dry.rows().size());
            assertTrue(dry.note().contains("would touch 2"), dry.note());
            assertEquals(3, node.queued());
            assertTrue(text(commands.queue(new String[] {"show", MessageId.text(id)}))
                    .contains("451 4.0.0 later"));
            assertTrue(text(commands.queue(new String[] {"summary", "destination"}))
                    .startsWith("one.example | 2"));
            assertEquals("hold: 2 messages", ended(commands.queue(new String[] {"hold", "destination=one.example"})));
            assertEquals(2, node.dispatch.index().total().held());
            assertEquals("drop: 1 messages", ended(commands.queue(new String[] {"drop", "destination=two.example"})));
            assertEquals(2, node.queued());
            assertEquals("redirect: 1 messages", ended(commands.queue(new String[] {
                "redirect", "id=" + MessageId.text(id), "--to", "three.example"
            })));
            node.transport.answer = (_, _) -> ScriptedTransport.OK;
            assertEquals("release: 2 messages", ended(commands.queue(new String[] {"release", "--all"})));
            node.await("delivered", () -> node.queued() == 0);
            assertTrue(
                    node.transport.sent().stream().anyMatch(each -> each.path().startsWith("smtp:mx.three.example")));
            assertEquals(4, node.records(AdminAction.class).size());
            node.records(AdminAction.class).forEach(action -> assertEquals("console", action.who()));
            new Operator("ssh:alice").call(() -> ended(commands.queue(new String[] {"drop", "--all"})));
            assertEquals("ssh:alice", node.records(AdminAction.class).getLast().who());
            assertEquals(5, ((Table) commands.jobs(new String[0])).rows().size());
        }
    }
}
