package plugins.lookupldap;

import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;

/** A server and a pool of connections to it. Nothing waits for it at the start. */
final class Directory {

    record Settings(
            String name, String url, boolean startTls, String bindDn, String password, int pool, Duration timeout) {}

    private Directory() {}

    /** @throws IllegalArgumentException if a setting is wrong; whether the server is there is not looked at */
    static LDAPConnectionPool open(Settings settings) {
        try {
            var url = new LDAPURL(settings.url());
            if (url.getHost() == null) {
                throw new IllegalArgumentException("url: ldap://host:389 or ldaps://host, not: " + settings.url());
            }
            boolean ldaps = url.getScheme().equals("ldaps");
            int millis = (int) Math.clamp(settings.timeout().toMillis(), 1, Integer.MAX_VALUE);
            var options = new LDAPConnectionOptions();
            options.setUseSynchronousMode(true); // who asks reads: no thread for each connection
            options.setConnectTimeoutMillis(millis);
            options.setResponseTimeoutMillis(millis);
            options.setFollowReferrals(false);
            options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
            var servers = new SingleServerSet(
                    url.getHost(),
                    url.getPort(),
                    ldaps ? SSLContext.getDefault().getSocketFactory() : SocketFactory.getDefault(),
                    options);
            var bind = new SimpleBindRequest(settings.bindDn(), settings.password());
            var pool = settings.startTls()
                    ? new LDAPConnectionPool(
                            servers,
                            bind,
                            0,
                            settings.pool(),
                            new StartTLSPostConnectProcessor(SSLContext.getDefault()))
                    : new LDAPConnectionPool(servers, bind, 0, settings.pool());
            pool.setConnectionPoolName("lookup-ldap." + settings.name());
            pool.setMaxWaitTimeMillis(millis);
            pool.setCreateIfNecessary(true);
            pool.setRetryFailedOperationsDueToInvalidConnections(true);
            return pool;
        } catch (LDAPException | GeneralSecurityException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
