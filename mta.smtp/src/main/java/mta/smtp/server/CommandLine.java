package mta.smtp.server;

import java.util.Optional;
import mta.plugins.api.Reply;
import mta.plugins.api.hooks.Call;
import mta.plugins.api.smtp.Command;

/** A command as plugins see it. Used by the thread of the session. */
final class CommandLine {

    final String verb;
    final String argument;
    final boolean known;
    Optional<Reply> answer = Optional.empty();

    CommandLine(String verb, String argument, boolean known) {
        this.verb = verb;
        this.argument = argument;
        this.known = known;
    }

    Command view(Call call) {
        return new Command() {
            @Override
            public String verb() {
                return verb;
            }

            @Override
            public String argument() {
                return argument;
            }

            @Override
            public boolean known() {
                return known;
            }

            @Override
            public void answer(Reply reply) {
                if (!reply.isPositive()) {
                    throw new IllegalArgumentException("an answer is positive, a refusal is a verdict: " + reply);
                }
                call.edit(() -> answer = Optional.of(reply));
            }
        };
    }
}
