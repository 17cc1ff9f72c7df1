package plugins.lookupsql;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import mta.lookup.SourcePolicy;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.Query;
import mta.testkit.plugin.Settings;

/** A section {@code lookup-sql} without a node, its drivers loaded from their jars as on a node. */
final class Rig implements AutoCloseable {

    private final Database database;
    private final SourcePolicy policy;

    /** @param queries kind and statement, alternating */
    Rig(String url, Path drivers, String... queries) {
        var properties = new HashMap<String, Object>();
        for (int i = 0; i < queries.length; i += 2) {
            properties.put("queries." + queries[i], queries[i + 1]);
        }
        var config = Settings.of(
                SqlLookup.Config.class, "url", url, "drivers", List.of(drivers.toString()), "timeout", "5s");
        database = new Database(SqlLookup.settings("test", Path.of(""), config));
        policy = SqlLookup.policy(database, config, properties);
    }

    /** The jar of a driver, where Maven put it. */
    static Path jar(String driver) {
        try {
            return Path.of(Class.forName(driver)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unchecked") // the answer belongs to the query
    <V> Optional<V> find(Query<V> query) throws Exception {
        Optional<Answer<Object>> answer = policy.find((Query<Object>) query);
        return answer.map(given -> (V) given.value());
    }

    Database database() {
        return database;
    }

    @Override
    public void close() {
        database.close();
    }
}
