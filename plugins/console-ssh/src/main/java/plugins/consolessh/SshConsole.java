package plugins.consolessh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import mta.plugins.api.admin.Console;
import mta.plugins.api.config.Amount;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.log.Records;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SSH server whose sessions are the console's. Public keys only; no forwarding, no files, no agent. Connections are
 * served by two threads of SSHD, verbs and sessions by virtual ones. Nothing of SSHD is loaded until there is a section
 * {@code ssh}.
 */
@Component(
        immediate = true,
        service = SshConsole.class,
        configurationPid = "mta.ssh",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SshConsole.Config.class)
public final class SshConsole {

    private static final Logger log = LoggerFactory.getLogger(SshConsole.class);

    private static final int WORKERS = 2;
    private static final int MOST_CHANNELS = 10;

    @ObjectClassDefinition(name = "ssh", description = "The console over SSH, by public key. Off without this section.")
    @interface Config {

        // Without a default: a section whose settings all have one would be there without having been written.
        @AttributeDefinition(
                description = "Endpoint. Where to listen: 127.0.0.1:8022, [::1]:8022, :8022 for all addresses.")
        String endpoint();

        @AttributeDefinition(
                description = "File of the public keys that may do everything, as in OpenSSH; relative to the instance"
                        + " folder. Nobody else may be able to write it or its folder. A change counts at once.")
        String authorizedKeys() default "conf/authorized_keys";

        @AttributeDefinition(
                description = "File of this server's own key, in OpenSSH's format, relative to the instance folder."
                        + " Made if missing; nobody else may be able to read it.")
        String hostKey() default "var/ssh_host_key";

        @AttributeDefinition(
                min = "1",
                max = "1000",
                description = "Connections that may be logged in at once, and as many that are about to log in.")
        int maxSessions() default 10;

        @AttributeDefinition(
                min = "1",
                max = "100",
                description =
                        "Attempts to authenticate in one connection. A client asks first what is allowed, and uses"
                                + " two for the key that fits.")
        int maxAttempts() default 10;

        @AttributeDefinition(description = "Duration. Who has not logged in by then is disconnected.")
        String loginGrace() default "30s";

        @AttributeDefinition(
                description = "Duration. A connection on which nothing was sent or typed is closed after it; 0: never.")
        String idleTimeout() default "30m";
    }

    private final SshServer server;

    @Activate
    public SshConsole(Config config, @Reference Console console, @Reference Records records) throws IOException {
        this(
                config,
                console,
                records,
                Path.of(System.getProperty("mta.data", "")).toAbsolutePath());
    }

    SshConsole(Config config, Console console, Records records, Path instance) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            // SSHD looks for classes by name through it; its threads, made below, inherit it.
            thread.setContextClassLoader(SshConsole.class.getClassLoader());
            JdkEd25519.register();
            server = server(config, console, records, instance);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static SshServer server(Config config, Console console, Records records, Path instance) throws IOException {
        Endpoint endpoint = Endpoint.parse(config.endpoint());
        Path keys = instance.resolve(config.authorizedKeys());
        SshServer server = SshServer.setUpDefaultServer();
        modernOnly(server);
        server.setHost(endpoint.host().isEmpty() ? null : endpoint.host());
        server.setPort(endpoint.port());
        server.setKeyPairProvider(KeyPairProvider.wrap(HostKey.of(instance.resolve(config.hostKey()))));
        Logins logins = new Logins(new AuthorizedKeys(keys), records, config.maxSessions());
        server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        server.setPublickeyAuthenticator(logins);
        server.addSessionListener(logins);
        consoleOnly(server, console);
        limit(server, config);
        try {
            server.start();
        } catch (IOException e) {
            server.close(true);
            throw new IOException("ssh: cannot listen on " + config.endpoint() + ": " + e.getMessage(), e);
        }
        log.info("ssh: the console listens on {}:{}", endpoint.host(), server.getPort());
        if (!Files.exists(keys)) {
            log.warn("ssh: nobody may log in yet: there is no {}", keys);
        }
        return server;
    }

    /** What OpenSSH offers without being asked: no SHA-1, no CBC, no short groups, no compression. */
    private static void modernOnly(SshServer server) {
        server.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(
                true,
                List.of(
                        BuiltinDHFactories.curve25519,
                        BuiltinDHFactories.curve25519_libssh,
                        BuiltinDHFactories.ecdhp256,
                        BuiltinDHFactories.ecdhp384,
                        BuiltinDHFactories.ecdhp521,
                        BuiltinDHFactories.dhg16_512,
                        BuiltinDHFactories.dhg18_512),
                ServerBuilder.DH2KEX));
        server.setCipherFactories(available(
                BuiltinCiphers.cc20p1305_openssh,
                BuiltinCiphers.aes256gcm,
                BuiltinCiphers.aes128gcm,
                BuiltinCiphers.aes256ctr,
                BuiltinCiphers.aes128ctr));
        server.setMacFactories(available(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm));
        server.setSignatureFactories(available(
                BuiltinSignatures.ed25519,
                BuiltinSignatures.sk_ssh_ed25519,
                BuiltinSignatures.nistp256,
                BuiltinSignatures.nistp384,
                BuiltinSignatures.nistp521,
                BuiltinSignatures.sk_ecdsa_sha2_nistp256,
                BuiltinSignatures.rsaSHA512,
                BuiltinSignatures.rsaSHA256));
        server.setCompressionFactories(List.of(BuiltinCompressions.none));
    }

    @SafeVarargs
    private static <T, F extends NamedFactory<T> & OptionalFeature> List<NamedFactory<T>> available(F... factories) {
        return Arrays.stream(factories)
                .filter(OptionalFeature::isSupported)
                .<NamedFactory<T>>map(factory -> factory)
                .toList();
    }

    /** No subsystem, so no sftp; no channel but sessions, and no request for one, so no forwarding. */
    private static void consoleOnly(SshServer server, Console console) {
        server.setSubsystemFactories(List.of());
        server.setChannelFactories(List.of(ChannelSessionFactory.INSTANCE));
        server.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE));
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE); // agents and X11, which a session could ask for
        server.setShellFactory(
                channel -> new ConsoleChannel(console, Logins.operator(channel.getSession()), List.of()));
        server.setCommandFactory((channel, command) ->
                new ConsoleChannel(console, Logins.operator(channel.getSession()), CommandLine.words(command)));
    }

    private static void limit(SshServer server, Config config) {
        server.setIoServiceFactoryFactory(new Nio2ServiceFactoryFactory());
        server.setNioWorkers(WORKERS);
        Duration idle = Amount.duration(config.idleTimeout());
        CoreModuleProperties.IDLE_TIMEOUT.set(server, idle);
        // SSHD has more clocks, each shorter: for the socket, and for a client that does not read, say because a pager
        // waits.
        Duration patience = idle.isZero() ? Duration.ofDays(365) : idle.plusSeconds(30);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(server, idle.isZero() ? idle : patience);
        CoreModuleProperties.NIO2_MIN_WRITE_TIMEOUT.set(server, patience);
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(server, patience);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, Amount.duration(config.loginGrace()));
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, config.maxAttempts());
        CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(server, MOST_CHANNELS);
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, "mta");
    }

    int port() {
        return server.getPort();
    }

    @Deactivate
    void stop() throws IOException {
        server.stop(true);
    }
}
