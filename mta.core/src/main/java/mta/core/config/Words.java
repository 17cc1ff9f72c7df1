package mta.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mta.core.config.YamlFile.Mapping;
import mta.core.config.YamlFile.Nothing;
import mta.core.config.YamlFile.Sequence;
import mta.core.config.YamlFile.Text;
import mta.core.config.YamlFile.Value;
import org.apache.commons.configuration2.YAMLConfiguration;
import org.apache.commons.configuration2.interpol.DefaultLookups;

/**
 * The files together as one configuration of Apache Commons Configuration, which puts in for {@code ${env:NAME}} a
 * variable of the environment, for {@code ${file:UTF-8:/path}} what a file holds (secrets), and for {@code ${section.key}}
 * another setting. Its other look-ups (scripts, URLs, DNS) are not for configuration files.
 */
final class Words extends YAMLConfiguration {

    Words(List<Mapping> files) {
        var all = new LinkedHashMap<String, Object>();
        for (Mapping file : files) {
            merge(all, map(file));
        }
        load(all);
        setPrefixLookups(Map.of(
                DefaultLookups.ENVIRONMENT.getPrefix(), DefaultLookups.ENVIRONMENT.getLookup(),
                DefaultLookups.FILE.getPrefix(), DefaultLookups.FILE.getLookup()));
    }

    /** A section may be spread over files. */
    @SuppressWarnings("unchecked") // maps are made below
    private static void merge(Map<String, Object> all, Map<String, Object> file) {
        file.forEach((key, value) -> all.merge(key, value, (before, now) -> {
            if (before instanceof Map<?, ?> a && now instanceof Map<?, ?> b) {
                merge((Map<String, Object>) a, (Map<String, Object>) b);
            }
            return before;
        }));
    }

    private static Map<String, Object> map(Mapping mapping) {
        var map = new LinkedHashMap<String, Object>();
        mapping.values().forEach((key, value) -> map.put(key.text(), plain(value)));
        return map;
    }

    private static Object plain(Value value) {
        return switch (value) {
            case Text text -> text.text();
            case Nothing nothing -> "";
            case Mapping mapping -> map(mapping);
            case Sequence sequence -> {
                var list = new ArrayList<Object>();
                sequence.values().forEach(each -> list.add(plain(each)));
                yield list;
            }
        };
    }

    /**
     * The text with everything put in.
     *
     * @throws IllegalArgumentException if something is not there
     */
    String resolve(String text) {
        String resolved;
        try {
            resolved = String.valueOf(interpolate(text));
        } catch (RuntimeException e) { // loops, files that cannot be read
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        int left = resolved.indexOf("${");
        if (left >= 0) {
            int end = resolved.indexOf('}', left);
            throw new IllegalArgumentException(
                    (end < 0 ? resolved.substring(left) : resolved.substring(left, end + 1)) + " is not set");
        }
        return resolved.stripTrailing();
    }
}
