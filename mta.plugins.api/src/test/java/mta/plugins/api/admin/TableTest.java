package mta.plugins.api.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void rowsKeepTheOrderOfTheColumns() {
        Table table = Table.of(Column.text("queue"), Column.number("messages"))
                .row("a", 1)
                .row("b", 2L)
                .build();
        assertEquals(List.of(List.of("a", 1), List.of("b", 2L)), table.rows());
    }

    @Test
    void aRowThatDoesNotFitTheColumnsIsRefused() {
        Table.Builder builder = Table.of(Column.text("queue")).row("a", "b");
        assertThrows(IllegalArgumentException.class, builder::build);
    }

    @Test
    void aCellOfAForeignTypeIsRefusedWhereItIsAdded() {
        Table.Builder builder = Table.of(Column.text("queue"));
        assertThrows(IllegalArgumentException.class, () -> builder.row(new Object()));
        assertThrows(IllegalArgumentException.class, () -> builder.row((Object) null));
    }

    @Test
    void aColumnNameIsAKey() {
        assertThrows(IllegalArgumentException.class, () -> Column.text("Next Try"));
    }
}
