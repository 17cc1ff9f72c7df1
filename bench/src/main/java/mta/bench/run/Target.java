package mta.bench.run;

import java.net.InetSocketAddress;

/** A running server under test. */
public interface Target extends AutoCloseable {

    /** How the table names it. */
    String name();

    InetSocketAddress smtp();

    /** The process whose use of the machine, with that of its descendants, is reported; 0 for none. */
    long pid();

    /** Stops it in an orderly way and removes what it left on disk. */
    @Override
    void close();

    /** Where the server under test delivers to. */
    sealed interface Route {}

    /** Every message goes to this server. */
    record To(InetSocketAddress server) implements Route {}

    /** Every message is delivered to nowhere. */
    record Discard() implements Route {}
}
