package mta.smtp.client;

import mta.plugins.api.delivery.Attempt;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Path;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;

/** The stages of {@link Delivery} that a connection goes through; the others are the queue's. */
record Stages(
        Stage<Delivery> dial,
        Stage<Delivery> greeted,
        Stage<Delivery> secured,
        Stage<Delivery> auth,
        Stage<Delivery> envelope,
        Stage<Delivery> content) {

    static Stages of(HookPoints hooks) {
        HookPoint<Delivery> point = hooks.point(Delivery.class);
        return new Stages(
                point.stage("dial"),
                point.stage("greeted"),
                point.stage("secured"),
                point.stage("auth"),
                point.stage("envelope"),
                point.stage("content"));
    }

    static Selector selector(Path path) {
        return key -> switch (key) {
            case "site" -> path.site();
            case "source" -> path.source().name();
            case "transport" -> path.transport();
            default -> "";
        };
    }

    static Selector selector(Attempt attempt) {
        return key -> switch (key) {
            case "tenant" -> attempt.tenant();
            case "campaign" -> attempt.campaign();
            case "destination" -> attempt.destination();
            case "site" -> attempt.path().site();
            case "source" -> attempt.path().source().name();
            case "transport" -> attempt.path().transport();
            case Selector.TRACE -> attempt.message().id();
            default -> "";
        };
    }
}
