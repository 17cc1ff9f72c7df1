package mta.core.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * One file as a tree of values that know their lines. Scalars stay text as they were written: what they are is for the
 * setting to say, so that {@code 0600}, {@code no} and {@code 1e3} mean what the section wants.
 */
final class YamlFile {

    private static final long LARGEST = 1 << 20;
    private static final int DEEPEST = 20;

    /** Aliases share nodes, so a small file can stand for a tree without end ("billion laughs"). */
    private static final int MOST_NODES = 100_000;

    /** A value with the line where it stands. */
    sealed interface Value {
        int line();
    }

    record Text(String text, int line) implements Value {}

    record Sequence(List<Value> values, int line) implements Value {}

    /** A key is a text: where it stands is the line of its value's key. */
    record Mapping(Map<Text, Value> values, int line) implements Value {}

    /** {@code key:} and nothing behind it: as if the key were not there. */
    record Nothing(int line) implements Value {}

    private final String name;
    private final Consumer<Problem> problems;
    private int nodes;

    private YamlFile(String name, Consumer<Problem> problems) {
        this.name = name;
        this.problems = problems;
    }

    /** What is at the top of the file; empty if it cannot be read or is empty. */
    static Optional<Mapping> read(Path path, Consumer<Problem> problems) {
        String name = path.getFileName().toString();
        try {
            if (Files.size(path) > LARGEST) {
                problems.accept(new Problem(name, 0, "", "larger than " + LARGEST / 1024 + " KiB"));
                return Optional.empty();
            }
            return parse(name, Files.readString(path), problems);
        } catch (CharacterCodingException e) {
            problems.accept(new Problem(name, 0, "", "not UTF-8"));
        } catch (IOException e) {
            problems.accept(new Problem(name, 0, "", "cannot be read: " + e));
        }
        return Optional.empty();
    }

    static Optional<Mapping> parse(String name, String text, Consumer<Problem> problems) {
        var file = new YamlFile(name, problems);
        try {
            var options = new LoaderOptions();
            options.setNestingDepthLimit(DEEPEST);
            var parser = new ParserImpl(new StreamReader(new StringReader(text)), options);
            Node root = new Composer(parser, new Resolver(), options).getSingleNode();
            return root == null ? Optional.empty() : file.top(root);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            problems.accept(new Problem(name, line, "", "not YAML: " + e.getProblem()));
        } catch (YAMLException e) {
            problems.accept(new Problem(
                    name,
                    0,
                    "",
                    "not YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        } catch (TooMuch e) {
            problems.accept(new Problem(name, 0, "", e.getMessage()));
        }
        return Optional.empty();
    }

    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuch(String message) {
            super(message, null, false, false);
        }
    }

    private Optional<Mapping> top(Node root) {
        return switch (value(root, "", 0)) {
            case Mapping mapping -> Optional.of(mapping);
            case Nothing nothing -> Optional.empty();
            case Text text -> noMapping(text.line());
            case Sequence sequence -> noMapping(sequence.line());
        };
    }

    private Optional<Mapping> noMapping(int line) {
        problems.accept(
                new Problem(name, line, "", "a file holds sections: name, colon, and its settings indented below"));
        return Optional.empty();
    }

    private Value value(Node node, String key, int depth) {
        if (++nodes > MOST_NODES || depth > DEEPEST) {
            throw new TooMuch("its aliases make it too large or too deep");
        }
        int line = line(node);
        return switch (node) {
            case ScalarNode scalar ->
                scalar.getTag().equals(Tag.NULL) && scalar.isPlain()
                        ? new Nothing(line)
                        : new Text(scalar.getValue(), line);
            case SequenceNode sequence -> {
                var values = new ArrayList<Value>();
                for (Node each : sequence.getValue()) {
                    values.add(value(each, key, depth + 1));
                }
                yield new Sequence(values, line);
            }
            case MappingNode mapping -> mapping(mapping, key, depth);
            default -> throw new TooMuch("unknown kind of node");
        };
    }

    private Mapping mapping(MappingNode mapping, String key, int depth) {
        var values = new LinkedHashMap<Text, Value>();
        var lines = new LinkedHashMap<String, Integer>();
        for (NodeTuple tuple : mapping.getValue()) {
            int line = line(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                problems.accept(new Problem(name, line, key, "a key is a word"));
                continue;
            }
            String word = scalar.getValue();
            String path = key.isEmpty() ? word : key + "." + word;
            Integer before = lines.putIfAbsent(word, line);
            if (before != null) {
                problems.accept(new Problem(name, line, path, "stands already in line " + before));
            } else {
                values.put(new Text(word, line), value(tuple.getValueNode(), path, depth + 1));
            }
        }
        return new Mapping(values, line(mapping));
    }

    private static int line(Node node) {
        return node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
    }
}
