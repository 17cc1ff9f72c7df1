package plugins.lookupfile;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.lookup.Found;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A mapping of keys to a text, a list of texts, or the fields of a record. Scalars are the text that stands there, so
 * that {@code no} and {@code 0600} are what they look like.
 */
final class YamlMap {

    private static final int MOST_CODE_POINTS = 256 << 20;

    private YamlMap() {}

    static void read(String file, String text, Entries entries) throws MapRefused {
        Node root;
        try {
            var options = new LoaderOptions();
            options.setCodePointLimit(MOST_CODE_POINTS);
            options.setNestingDepthLimit(5);
            var parser = new ParserImpl(new StreamReader(new StringReader(text)), options);
            root = new Composer(parser, new Resolver(), options).getSingleNode();
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new MapRefused(file, line, "not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new MapRefused(file, 0, "not YAML: " + e.getMessage());
        }
        if (root == null) {
            return;
        }
        if (!(root instanceof MappingNode mapping)) {
            throw new MapRefused(file, line(root), "is not a mapping of keys to values");
        }
        for (NodeTuple each : mapping.getValue()) {
            long line = line(each.getKeyNode());
            entries.put(text(file, each.getKeyNode()), found(file, each.getValueNode()), line);
        }
    }

    private static long line(Node node) {
        return node.getStartMark().getLine() + 1L;
    }

    private static String text(String file, Node node) throws MapRefused {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new MapRefused(file, line(node), "a text is needed here");
    }

    private static Found found(String file, Node node) throws MapRefused {
        return switch (node) {
            case SequenceNode sequence -> {
                List<Map<String, String>> rows = new ArrayList<>();
                for (Node each : sequence.getValue()) {
                    rows.add(each instanceof MappingNode fields ? fields(file, fields) : Map.of("", text(file, each)));
                }
                yield new Found(rows);
            }
            case MappingNode fields -> Found.row(fields(file, fields));
            default -> Found.text(text(file, node));
        };
    }

    /** A list as a field is its texts with commas between them. */
    private static Map<String, String> fields(String file, MappingNode mapping) throws MapRefused {
        var fields = new LinkedHashMap<String, String>();
        for (NodeTuple each : mapping.getValue()) {
            String name = text(file, each.getKeyNode());
            if (each.getValueNode() instanceof SequenceNode many) {
                var texts = new ArrayList<String>();
                for (Node one : many.getValue()) {
                    texts.add(text(file, one));
                }
                fields.put(name, String.join(",", texts));
            } else {
                fields.put(name, text(file, each.getValueNode()));
            }
        }
        return fields;
    }
}
