package mta.launcher;

import java.util.Arrays;

/** Stands in for the real one-shot client. */
public final class Client {
    private Client() {}

    public static void main(String[] arguments) {
        System.out.println("answer to " + String.join(" ", Arrays.copyOfRange(arguments, 3, arguments.length)));
    }
}
