package mta.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What the generator is to do. Sending ends at {@code messages} or after {@code duration}, whichever comes first.
 *
 * @param to            the server
 * @param connections   how many at a time
 * @param messages      how many in all
 * @param duration      for how long new messages are started
 * @param size          bytes of each message's header and body
 * @param keep          true: many messages per connection; false: a new connection for each
 * @param pipelining    true: MAIL, RCPT and DATA go out together (RFC 2920) where the server offers it
 * @param sender        pattern of the reverse-path
 * @param recipient     pattern of the forward-paths
 * @param recipients    how many recipients each message has
 * @param destinations  how many different numbers <code>{d}</code> stands for
 * @param rate          messages started per second, 0 for as many as possible
 * @param stall         a connection that hears nothing for so long is given up
 * @param threads       how many threads serve the connections
 * @param giveUp        the run ends after so many failed connections in a row
 */
public record Load(
        InetSocketAddress to,
        int connections,
        long messages,
        Duration duration,
        int size,
        boolean keep,
        boolean pipelining,
        String sender,
        String recipient,
        int recipients,
        int destinations,
        double rate,
        Duration stall,
        int threads,
        int giveUp) {

    /** The setting of the numbers table: 10 KiB, 20 connections kept open. */
    public static Load standard(InetSocketAddress to, long messages) {
        return new Load(
                to,
                20,
                messages,
                Duration.ofMinutes(5),
                10240,
                true,
                true,
                "bench@sender.example",
                "user{n}@dest{d}.example",
                1,
                10,
                0,
                Duration.ofSeconds(30),
                1,
                100);
    }

    public Load to(InetSocketAddress server) {
        return new Load(
                server,
                connections,
                messages,
                duration,
                size,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                stall,
                threads,
                giveUp);
    }

    public Load messages(long count) {
        return new Load(
                to,
                connections,
                count,
                duration,
                size,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                stall,
                threads,
                giveUp);
    }

    public Load size(int bytes) {
        return new Load(
                to,
                connections,
                messages,
                duration,
                bytes,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                stall,
                threads,
                giveUp);
    }

    public Load connections(int count) {
        return new Load(
                to,
                count,
                messages,
                duration,
                size,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                stall,
                threads,
                giveUp);
    }

    public Load duration(Duration time) {
        return new Load(
                to,
                connections,
                messages,
                time,
                size,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                stall,
                threads,
                giveUp);
    }

    public Load destinations(int count) {
        return new Load(
                to,
                connections,
                messages,
                duration,
                size,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                count,
                rate,
                stall,
                threads,
                giveUp);
    }

    public Load keep(boolean kept) {
        return new Load(
                to,
                connections,
                messages,
                duration,
                size,
                kept,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                stall,
                threads,
                giveUp);
    }

    public Load pipelining(boolean together) {
        return new Load(
                to,
                connections,
                messages,
                duration,
                size,
                keep,
                together,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                stall,
                threads,
                giveUp);
    }

    public Load recipients(int count, String pattern) {
        return new Load(
                to,
                connections,
                messages,
                duration,
                size,
                keep,
                pipelining,
                sender,
                pattern,
                count,
                destinations,
                rate,
                stall,
                threads,
                giveUp);
    }

    public Load rate(double perSecond) {
        return new Load(
                to,
                connections,
                messages,
                duration,
                size,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                perSecond,
                stall,
                threads,
                giveUp);
    }

    public Load stall(Duration silence) {
        return new Load(
                to,
                connections,
                messages,
                duration,
                size,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                silence,
                threads,
                giveUp);
    }

    public Load threads(int count) {
        return new Load(
                to,
                connections,
                messages,
                duration,
                size,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                stall,
                count,
                giveUp);
    }

    public Load giveUp(int failures) {
        return new Load(
                to,
                connections,
                messages,
                duration,
                size,
                keep,
                pipelining,
                sender,
                recipient,
                recipients,
                destinations,
                rate,
                stall,
                threads,
                failures);
    }
}
