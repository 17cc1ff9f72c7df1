package mta.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which plugins of the distribution the instance's configuration mentions, by any of the names they go by: their own, that
 * of a driver they offer, or the section they read. Mail waits for the start of those; the others start once listeners
 * are open. In doubt a plugin counts as mentioned: one word too many costs a few milliseconds, one too few would
 * have mail meet no plugin. A comment after a value therefore counts as well, and a file that cannot be read mentions all.
 */
final class Mentions {

    private static final String PREFIX = "mta.";

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

    /** What a component's description (Declarative Services) says of its plugin's names. */
    private static final Pattern NAME =
            Pattern.compile("configuration-pid=\"([^\"]*)\"|name=\"mta\\.(?:plugin|named)\"[^>]*? value=\"([^\"]*)\"");

    /** Brings plugins of its own, whose names stand in no description. */
    private static final String SOURCE_OF_PLUGINS = "mta.plugins.api.admin.PluginSource";

    private final Set<String> words;
    private final boolean all;

    private Mentions(Set<String> words, boolean all) {
        this.words = words;
        this.all = all;
    }

    /** Reads the words of all {@code *.yaml} in a folder, but not those of lines that are comments. */
    static Mentions in(Path conf) {
        Set<String> words = new HashSet<>();
        try (Stream<Path> files = Files.list(conf)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".yaml")).toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> !line.stripLeading().startsWith("#"))
                        .flatMap(line -> WORD.matcher(line).results())
                        .forEach(word -> words.add(word.group()));
            }
            return new Mentions(words, false);
        } catch (IOException | UncheckedIOException e) {
            return new Mentions(Set.of(), true); // what is wrong with the file, the core says
        }
    }

    /** Whether any of the names that this plugin's jar goes by is mentioned. */
    boolean mention(Path jar) throws IOException {
        if (all) {
            return true;
        }
        Set<String> names = new HashSet<>();
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            for (String description : descriptions(file)) {
                if (description.contains(SOURCE_OF_PLUGINS)) {
                    return true;
                }
                NAME.matcher(description).results().forEach(name -> names.addAll(names(name)));
            }
        }
        return names.isEmpty() || names.stream().anyMatch(words::contains);
    }

    /** Several configurations of one component stand in one attribute; a section is one without the prefix. */
    private static List<String> names(MatchResult found) {
        String text = found.group(1) == null ? found.group(2) : found.group(1);
        return Arrays.stream(text.split("\\s+"))
                .map(word -> word.startsWith(PREFIX) ? word.substring(PREFIX.length()) : word)
                .toList();
    }

    private static List<String> descriptions(JarFile jar) throws IOException {
        Manifest manifest = jar.getManifest();
        String header = manifest == null ? null : manifest.getMainAttributes().getValue("Service-Component");
        List<String> texts = new ArrayList<>();
        for (String path : header == null ? new String[0] : header.split("\\s*,\\s*")) {
            JarEntry entry = jar.getJarEntry(path);
            if (entry != null) {
                texts.add(new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return texts;
    }
}
