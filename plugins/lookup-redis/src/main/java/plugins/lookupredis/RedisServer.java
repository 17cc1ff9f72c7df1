package plugins.lookupredis;

import java.net.URI;
import java.time.Duration;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisProtocol;

/** A server and a pool of connections to it. Nothing waits for it at the start. */
final class RedisServer {

    record Settings(String url, String user, String password, int pool, Duration timeout) {}

    private RedisServer() {}

    /** @throws IllegalArgumentException if a setting is wrong; whether the server is there is not looked at */
    static ConnectionPool open(Settings settings) {
        URI url = URI.create(settings.url());
        boolean tls = "rediss".equals(url.getScheme());
        if (!tls && !"redis".equals(url.getScheme()) || url.getHost() == null || url.getRawUserInfo() != null) {
            throw new IllegalArgumentException("url: redis://host:6379/0 or rediss://, without a password");
        }
        int millis = (int) Math.clamp(settings.timeout().toMillis(), 1, Integer.MAX_VALUE);
        var client = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(millis)
                .socketTimeoutMillis(millis)
                .database(database(url.getPath()))
                .user(settings.user().isEmpty() ? null : settings.user())
                .password(settings.password().isEmpty() ? null : settings.password())
                .protocol(RedisProtocol.RESP2)
                .ssl(tls)
                .build();
        var pool = new GenericObjectPoolConfig<Connection>();
        pool.setMaxTotal(settings.pool());
        pool.setMaxIdle(settings.pool());
        pool.setMaxWait(settings.timeout());
        pool.setTestOnBorrow(true); // one that the server has closed would be "cannot tell"
        pool.setJmxEnabled(false);
        return new ConnectionPool(
                new HostAndPort(url.getHost(), url.getPort() < 0 ? 6379 : url.getPort()), client, pool);
    }

    private static int database(String path) {
        String number = path == null ? "" : path.replaceFirst("^/", "");
        try {
            return number.isEmpty() ? 0 : Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("url: a database is a number, not '" + number + "'", e);
        }
    }
}
