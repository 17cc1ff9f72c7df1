package itest;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** {@code docs/settings.md} says what the bundles declare, and the default configuration is right. */
public class SettingsPageIT {

    @Test
    public void thePageIsUpToDate() throws Exception {
        Path page = Files.createTempFile("settings", ".md");
        try {
            assertEquals(0, run("mta.core.config.SettingsPage", page.toString()));
            assertEquals(
                    "run ./mta docs and commit docs/settings.md",
                    Files.readString(page),
                    Files.readString(Distribution.ROOT.resolve("docs/settings.md")));
        } finally {
            Files.delete(page);
        }
    }

    @Test
    public void theDefaultConfigurationIsRight() throws Exception {
        assertEquals(
                0,
                run(
                        "mta.core.config.CheckConfig",
                        Distribution.HOME.resolve("conf").toString()));
    }

    private static int run(String main, String argument) throws IOException, InterruptedException {
        List<String> classPath = new ArrayList<>(List.of(Distribution.HOME.resolve("lib") + "/*"));
        for (String level : List.of("05", "10", "20", "30")) {
            Distribution.bundles(level).forEach(jar -> classPath.add(jar.toString()));
        }
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dmta.home=" + Distribution.HOME,
                        "-cp",
                        String.join(":", classPath),
                        main,
                        argument)
                .inheritIO()
                .start()
                .waitFor();
    }
}
