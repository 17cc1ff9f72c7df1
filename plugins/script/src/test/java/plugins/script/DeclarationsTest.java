package plugins.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import plugins.script.tool.Declarations;

/** The declarations that are shipped are those of the API as it is. */
class DeclarationsTest {

    private static final Path SHIPPED = Path.of("../../launcher/src/dist/scripts/mta.d.ts");

    @Test
    void theShippedFileIsUpToDate() throws Exception {
        assertEquals(
                Files.readString(SHIPPED),
                Declarations.text(),
                "./mta script types launcher/src/dist/scripts/mta.d.ts");
    }

    @Test
    void everythingNamedIsDeclared() {
        String text = Declarations.text();
        for (String type : new String[] {"Reception", "Transaction", "TransportChannel", "OutcomeDelivered", "Notes"}) {
            assertTrue(text.contains("export interface " + type + " {"), type);
        }
    }
}
