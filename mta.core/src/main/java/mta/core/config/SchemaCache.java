package mta.core.config;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read from the jars, kept for the next start: opening them all and reading their XML costs some 60 ms, a
 * twentieth of a start. Holds for one stamp of the jars, this bundle's own among them, so its form may change at will.
 */
final class SchemaCache {

    private static final Logger log = LoggerFactory.getLogger(SchemaCache.class);

    private SchemaCache() {}

    /** Empty if there is none for these jars. */
    static Optional<Schema> read(Path file, String stamp) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != stamp.hashCode() || !text(in).equals(stamp)) {
                return Optional.empty();
            }
            var sections = new TreeMap<String, Section>();
            for (int left = in.readInt(); left > 0; left--) {
                Section section = section(in);
                sections.put(section.name(), section);
            }
            return Optional.of(new Schema(sections));
        } catch (IOException | RuntimeException e) {
            log.debug("{}: {}", file, e.toString());
            return Optional.empty();
        }
    }

    /** It is only a cache: where it cannot be written the next start takes a little longer. */
    static void write(Path file, String stamp, Schema schema) {
        try {
            Files.createDirectories(file.getParent());
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh)))) {
                out.writeInt(stamp.hashCode());
                text(out, stamp);
                out.writeInt(schema.sections().size());
                for (Section section : schema.sections().values()) {
                    section(out, section);
                }
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            log.debug("{}: {}", file, e.toString());
        }
    }

    private static Section section(DataInputStream in) throws IOException {
        String name = text(in);
        boolean several = in.readBoolean();
        String description = text(in);
        var settings = new TreeMap<String, Setting>();
        for (int left = in.readInt(); left > 0; left--) {
            Setting setting = setting(in);
            settings.put(setting.key(), setting);
        }
        String check = text(in);
        String jar = text(in);
        return new Section(
                name,
                several,
                description,
                settings,
                check.isEmpty() ? Optional.empty() : Optional.of(new Section.Check(Path.of(jar), check)));
    }

    private static void section(DataOutputStream out, Section section) throws IOException {
        text(out, section.name());
        out.writeBoolean(section.several());
        text(out, section.description());
        out.writeInt(section.settings().size());
        for (Setting setting : section.settings().values()) {
            setting(out, setting);
        }
        text(out, section.check().map(Section.Check::name).orElse(""));
        text(out, section.check().map(check -> check.jar().toString()).orElse(""));
    }

    private static Setting setting(DataInputStream in) throws IOException {
        return new Setting(
                text(in),
                Setting.Type.valueOf(text(in)),
                in.readBoolean(),
                in.readBoolean(),
                in.readBoolean(),
                texts(in),
                texts(in),
                texts(in).stream().findFirst(),
                texts(in).stream().findFirst(),
                Setting.Amounts.valueOf(text(in)),
                text(in));
    }

    private static void setting(DataOutputStream out, Setting setting) throws IOException {
        text(out, setting.key());
        text(out, setting.type().name());
        out.writeBoolean(setting.list());
        out.writeBoolean(setting.open());
        out.writeBoolean(setting.required());
        texts(out, setting.defaults());
        texts(out, setting.options());
        texts(out, setting.min().stream().toList());
        texts(out, setting.max().stream().toList());
        text(out, setting.amount().name());
        text(out, setting.description());
    }

    private static List<String> texts(DataInputStream in) throws IOException {
        var texts = new ArrayList<String>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.add(text(in));
        }
        return texts;
    }

    private static void texts(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            text(out, text);
        }
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
