package mta.smtp.server;

import mta.plugins.api.hooks.HookPoint;
import mta.plugins.api.hooks.HookPoints;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.smtp.Reception;

/** The stages of {@link Reception}, ready to be run. Thread-safe. */
final class ReceptionStages {

    final Stage<Reception> connect;
    final Stage<Reception> tls;
    final Stage<Reception> helo;
    final Stage<Reception> auth;
    final Stage<Reception> mail;
    final Stage<Reception> rcpt;
    final Stage<Reception> rcptRefused;
    final Stage<Reception> data;
    final Stage<Reception> headers;
    final Stage<Reception> stream;
    final Stage<Reception> message;
    final Stage<Reception> perRecipient;
    final Stage<Reception> command;
    final Stage<Reception> reply;
    final Stage<Reception> end;
    final Stage<Reception> close;

    ReceptionStages(HookPoints hooks) {
        HookPoint<Reception> point = hooks.point(Reception.class);
        connect = point.stage("connect");
        tls = point.stage("tls");
        helo = point.stage("helo");
        auth = point.stage("auth");
        mail = point.stage("mail");
        rcpt = point.stage("rcpt");
        rcptRefused = point.stage("rcptRefused");
        data = point.stage("data");
        headers = point.stage("headers");
        stream = point.stage("stream");
        message = point.stage("message");
        perRecipient = point.stage("perRecipient");
        command = point.stage("command");
        reply = point.stage("reply");
        end = point.stage("end");
        close = point.stage("close");
    }
}
