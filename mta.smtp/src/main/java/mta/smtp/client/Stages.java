package mta.smtp.client;

import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;

/** The stages of {@link Delivery} that a connection goes through; the others are the queue's. */
record Stages(Stage<Delivery> dial, Stage<Delivery> greeted, Stage<Delivery> secured, Stage<Delivery> auth) {

    static Stages of(HookPoints hooks) {
        HookPoint<Delivery> point = hooks.point(Delivery.class);
        return new Stages(point.stage("dial"), point.stage("greeted"), point.stage("secured"), point.stage("auth"));
    }

    static Selector selector(Path path) {
        return key -> switch (key) {
            case "site" -> path.site();
            case "source" -> path.source().name();
            case "transport" -> path.transport();
            default -> "";
        };
    }
}
