package mta.queue.dispatch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A {@link Steering} as bytes: format, generation, rules. A kind that a newer version wrote is left out. */
final class SteeringCodec {

    private static final int FORMAT = 1;

    private SteeringCodec() {}

    static byte[] encode(Steering steering) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeLong(steering.generation());
            out.writeInt(steering.rules().size());
            for (Steering.Rule rule : steering.rules()) {
                for (String text : List.of(
                        rule.kind().name(),
                        rule.tenant(),
                        rule.campaign(),
                        rule.destination(),
                        rule.route(),
                        rule.who())) {
                    out.writeUTF(text);
                }
                out.writeLong(rule.when());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Steering decode(byte[] octets) {
        try (var in = new DataInputStream(new ByteArrayInputStream(octets))) {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalStateException(
                        "suspensions of format " + format + " in the spool; this version reads 1");
            }
            long generation = in.readLong();
            List<Steering.Rule> rules = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                String kind = in.readUTF();
                String[] texts = {in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF()};
                long when = in.readLong();
                for (Steering.Kind known : Steering.Kind.values()) {
                    if (known.name().equals(kind)) {
                        rules.add(new Steering.Rule(known, texts[0], texts[1], texts[2], texts[3], texts[4], when));
                    }
                }
            }
            return new Steering(generation, rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
