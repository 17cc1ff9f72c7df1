package mta.smtp.server;

import mta.plugins.api.Reply;

/** What became of a command's argument. */
sealed interface Parsed<T> {

    record Good<T>(T value) implements Parsed<T> {}

    record Bad<T>(Reply reply) implements Parsed<T> {}
}
