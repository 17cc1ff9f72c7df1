package plugins.script;

import java.nio.file.Files;
import java.nio.file.Path;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.smtp.Reception;
import mta.testkit.plugin.TestSession;
import mta.testkit.plugin.TestTransaction;

/**
 * What a hook costs that reads three properties and returns nothing. Run by hand:
 * {@code java -cp ... plugins.script.HookCost [SECONDS]}.
 */
final class HookCost {

    private HookCost() {}

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8;
        long limit = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
        Path folder = Files.createTempDirectory("scripts");
        var fixture = new Fixture(folder);
        var engine = new JsEngine(limit, System.out);
        System.out.println(engine.runtime());
        Script script = fixture.load(engine, "cost.mjs", """
                export default { name: 'cost', api: 1, reception: {
                    rcpt(tx, to) { if (to.address().domain() === 'x' && tx.id() === tx.session().id()) return '550 5.1.1 No'; } } };
                """);
        Script nothing = fixture.load(engine, "nothing.mjs", """
                export default { name: 'nothing', api: 1, reception: { rcpt(tx, to) { } } };
                """);
        Script three = fixture.load(engine, "three.mjs", """
                export default { name: 'three', api: 1, reception: {
                    rcpt(tx, to) { const a = tx.id(), b = tx.recipients(), c = to.parameters(); } } };
                """);
        TestTransaction transaction =
                TestSession.from("192.0.2.1").helo("client.example").mail("a@b.example");
        Recipient recipient = Recipient.of("c@d.example");
        for (Script each : new Script[] {nothing, three, script}) {
            Reception reception = each.implement(Reception.class);
            for (int second = 0; second < seconds; second++) {
                long end = System.nanoTime() + 1_000_000_000;
                long start = System.nanoTime();
                long calls = 0;
                while (System.nanoTime() < end) {
                    for (int i = 0; i < 100; i++) {
                        reception.rcpt(transaction, recipient);
                    }
                    calls += 100;
                }
                System.out.printf("%s, second %d: %d ns%n", each.name(), second, (System.nanoTime() - start) / calls);
            }
        }
        System.exit(0);
    }
}
