/**
 * Calls one stage of one plugin with a made-up session, message or notice, and shows the verdict and the edits: what a
 * plugin author writes unit tests with. Plain fakes of the API's views; knows no runner, no network and no container.
 *
 * <pre>{@code
 * var plugin = new RelayControl(new TestLookup(), Settings.of(RelayControl.Config.class));
 * var transaction = TestSession.from("192.0.2.1").helo("client.example").mail("a@b.example");
 * Result result = Stages.rcpt(plugin, transaction, "c@d.example");
 * assertEquals("550 5.7.1 ...", result.refusal().toString());
 * }</pre>
 */
@Export
@Version("1.0.0")
package mta.testkit.plugin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
