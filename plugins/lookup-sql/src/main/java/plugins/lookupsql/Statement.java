package plugins.lookupsql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import mta.lookup.Found;
import mta.lookup.Queries;
import mta.lookup.Question;
import mta.lookup.Source;

/** The statement for one kind of query. No row: not there. Whatever goes wrong: cannot tell. Thread-safe. */
final class Statement implements Source {

    private static final int MOST_ROWS = 1000;

    private final Database database;
    private final NamedSql sql;

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    Statement(Database database, String query, String text) {
        this.database = database;
        try {
            this.sql = NamedSql.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("queries." + query + ": " + e.getMessage(), e);
        }
        Queries.requireNames(query, sql.names());
    }

    @Override
    public Optional<Found> ask(Question question) throws SQLException {
        try (Connection connection = database.connection();
                PreparedStatement statement = connection.prepareStatement(sql.sql())) {
            statement.setQueryTimeout((int) Math.max(1, database.timeout().toSeconds()));
            statement.setMaxRows(MOST_ROWS);
            for (int i = 0; i < sql.names().size(); i++) {
                statement.setString(i + 1, question.value(sql.names().get(i)));
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<Map<String, String>> found = rows(rows);
                return found.isEmpty() ? Optional.empty() : Optional.of(new Found(found));
            }
        }
    }

    /** A field that is NULL is not there, and a row of nothing else is no row. */
    private static List<Map<String, String>> rows(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        var found = new ArrayList<Map<String, String>>();
        while (rows.next()) {
            var row = new LinkedHashMap<String, String>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                String text = text(rows, i, columns.getColumnType(i));
                if (text != null) {
                    row.put(columns.getColumnCount() == 1 ? "" : columns.getColumnLabel(i), text);
                }
            }
            if (!row.isEmpty()) {
                found.add(row);
            }
        }
        return found;
    }

    /** Null for NULL. */
    private static String text(ResultSet rows, int column, int type) throws SQLException {
        if (type != Types.ARRAY) {
            return rows.getString(column);
        }
        Array array = rows.getArray(column);
        if (array == null) {
            return null;
        }
        return String.join(
                ",",
                Arrays.stream((Object[]) array.getArray())
                        .filter(Objects::nonNull)
                        .map(Object::toString)
                        .toList());
    }
}
