package mta.testkit.author.project;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Fills a folder with a project that builds, has a passing test, and does something that can be seen. */
final class Project {

    private final Path folder;
    private final PluginName name;
    private final PluginKind kind;
    private final Map<String, String> words = new HashMap<>();

    /** @param command how the author calls {@code mta} */
    Project(Path folder, PluginName name, PluginKind kind, String command) {
        this.folder = folder;
        this.name = name;
        this.kind = kind;
        words.put("what", kind.what());
        words.put("see", kind.see());
        words.put("mta", command);
    }

    void java(Repository repository) throws IOException {
        Properties versions = new Properties();
        try (InputStream in = open("versions.properties")) {
            versions.load(in);
        }
        versions.stringPropertyNames().forEach(key -> words.put(key, versions.getProperty(key)));
        String api = repository.version();
        words.put("api", api);
        write("java/pom.xml", "pom.xml");
        write("java/bnd.bnd", "bnd.bnd");
        write("java/gitignore", ".gitignore");
        write("java/README.md", "README.md");
        String own = "java/" + kind.folder() + "/";
        String place = "/java/" + name.packageName() + "/" + name.className();
        write(own + "Plugin.java", "src/main" + place + ".java");
        write(own + "PluginTest.java", "src/test" + place + "Test.java");
        write(own + "plugin.yaml", "conf/" + name.text() + ".yaml");
        repository.write(folder.resolve("repository"), api);
    }

    /** @param types the declarations of the API for editors */
    void script(Path types) throws IOException {
        write("script/README.md", "README.md");
        write("script/jsconfig.json", "jsconfig.json");
        String own = "script/" + kind.folder() + "/";
        write(own + "plugin.mjs", name.text() + ".mjs");
        write(own + "plugin.test.mjs", name.text() + ".test.mjs");
        write(own + "plugin.yaml", "conf/" + name.text() + ".yaml");
        Files.copy(types, folder.resolve("mta.d.ts"));
    }

    private void write(String template, String file) throws IOException {
        String text;
        try (InputStream in = open(template)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        // The texts of the kind have words of their own in them.
        for (String word : new String[] {"what", "see"}) {
            text = text.replace("@" + word + "@", words.get(word));
        }
        for (Map.Entry<String, String> word : words.entrySet()) {
            text = text.replace("@" + word.getKey() + "@", word.getValue());
        }
        text = PluginName.fill(text, name.text());
        Path target = folder.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
    }

    private static InputStream open(String template) {
        InputStream in = Project.class.getResourceAsStream(template);
        if (in == null) {
            throw new IllegalStateException("no template " + template);
        }
        return in;
    }
}
