package plugins.lookupsql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamedSqlTest {

    private static void check(String text, String sql, String... names) {
        assertEquals(new NamedSql(sql, List.of(names)), NamedSql.parse(text));
    }

    @Test
    void namesBecomeQuestionMarks() {
        check("select a from t where b = :address", "select a from t where b = ?", "address");
        check("select :b, :a, :b", "select ?, ?, ?", "b", "a", "b");
        check("select 1", "select 1");
        check("where x=:x)", "where x=?)", "x");
    }

    @Test
    void whatOnlyLooksLikeANameStays() {
        check("select a::text, :a::integer", "select a::text, ?::integer", "a");
        check("select ':a', \":a\", `:a` -- :a\n, :b", "select ':a', \":a\", `:a` -- :a\n, ?", "b");
        check("select 'it''s :a' /* :a */, :b", "select 'it''s :a' /* :a */, ?", "b");
        check("select '12:30', a[1:2]", "select '12:30', a[1:2]");
        check("select 1 -- :a", "select 1 -- :a");
    }

    @Test
    void mistakesAreSaid() {
        assertThrows(IllegalArgumentException.class, () -> NamedSql.parse("select 'a"));
        assertThrows(IllegalArgumentException.class, () -> NamedSql.parse("select a /* b"));
        assertThrows(IllegalArgumentException.class, () -> NamedSql.parse("select a where b = ?"));
    }
}
