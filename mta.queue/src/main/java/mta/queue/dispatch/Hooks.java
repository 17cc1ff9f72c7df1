package mta.queue.dispatch;

import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Stage;

/** The stages around delivery that the queue runs; those of a connection (dial, greeted, secured, auth) are the transport's. */
final class Hooks {

    final HookPoints points;
    final HookPoint<Transport> transports;
    final Stage<Delivery> ready;
    final Stage<Delivery> resolve;
    final Stage<Delivery> source;
    final Stage<Delivery> envelope;
    final Stage<Delivery> content;
    final Stage<Delivery> response;
    final Stage<Delivery> retry;
    final Stage<Delivery> bounce;
    final Stage<Delivery> done;

    Hooks(HookPoints points) {
        this.points = points;
        this.transports = points.point(Transport.class);
        HookPoint<Delivery> delivery = points.point(Delivery.class);
        this.ready = delivery.stage("ready");
        this.resolve = delivery.stage("resolve");
        this.source = delivery.stage("source");
        this.envelope = delivery.stage("envelope");
        this.content = delivery.stage("content");
        this.response = delivery.stage("response");
        this.retry = delivery.stage("retry");
        this.bounce = delivery.stage("bounce");
        this.done = delivery.stage("done");
    }

    Pin pin() {
        return points.pin();
    }
}
