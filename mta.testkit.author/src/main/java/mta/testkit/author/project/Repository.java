package mta.testkit.author.project;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarFile;

/**
 * The plugin API and its test kit as a Maven repository of files inside the project: it builds wherever it is checked
 * out, and the author's own ~/.m2 is given nothing that other projects could meet.
 *
 * @param jars of the distribution, by the name of the artifact
 */
record Repository(List<Path> jars) {

    /** @param home the distribution */
    static Repository of(Path home) {
        return new Repository(
                List.of(home.resolve("system/20/mta.plugins.api.jar"), home.resolve("testkit/mta.testkit.plugin.jar")));
    }

    /**
     * The version of the API. One that is still being worked on gets a part of its checksum: Maven keeps what it has
     * fetched once, so that a changed API must not come under an old name.
     */
    String version() throws IOException {
        String[] parts;
        try (var api = new JarFile(jars.getFirst().toFile())) {
            parts = api.getManifest()
                    .getMainAttributes()
                    .getValue("Bundle-Version")
                    .split("\\.", 4);
        }
        String released = String.join(".", List.of(parts).subList(0, 3));
        return parts.length == 3 ? released : released + "-" + sum().substring(0, 10);
    }

    private String sum() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path jar : jars) {
                try (InputStream in = Files.newInputStream(jar)) {
                    in.transferTo(
                            new java.security.DigestOutputStream(java.io.OutputStream.nullOutputStream(), digest));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    void write(Path folder, String version) throws IOException {
        for (Path jar : jars) {
            String artifact = jar.getFileName().toString().replaceFirst("\\.jar$", "");
            Path target = Files.createDirectories(
                    folder.resolve("mta").resolve(artifact).resolve(version));
            Files.copy(jar, target.resolve(artifact + "-" + version + ".jar"));
            Files.writeString(target.resolve(artifact + "-" + version + ".pom"), """
                    <project>
                      <modelVersion>4.0.0</modelVersion>
                      <groupId>mta</groupId>
                      <artifactId>%s</artifactId>
                      <version>%s</version>
                    </project>
                    """.formatted(artifact, version));
        }
    }
}
