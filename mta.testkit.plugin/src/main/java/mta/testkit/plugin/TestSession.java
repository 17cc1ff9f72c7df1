package mta.testkit.plugin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import mta.plugins.api.Address;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.smtp.Session;

/** A client's connection, made up. The methods that set the scene return this. For one thread. */
public final class TestSession implements Session {

    final Edits edits = new Edits();
    private final TestNotes notes = new TestNotes(edits);
    private final InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 25);
    private String listener = "mx";
    private String protocol = "SMTP";
    private InetSocketAddress remote;
    private Optional<String> remoteName = Optional.empty();
    private Optional<String> helo = Optional.empty();
    private Optional<TlsInfo> tls = Optional.empty();
    private Optional<String> user = Optional.empty();
    private Optional<String> mechanism = Optional.empty();
    private boolean trusted;

    private TestSession(InetSocketAddress remote) {
        this.remote = remote;
    }

    /** A client at this IPv4 or IPv6 address. */
    public static TestSession from(String address) {
        return new TestSession(new InetSocketAddress(InetAddress.ofLiteral(address), 40_000));
    }

    /** A client without an address, such as one at a Unix-domain socket. */
    public static TestSession withoutAddress() {
        return new TestSession(InetSocketAddress.createUnresolved("local", 0));
    }

    public TestSession listener(String name) {
        listener = name;
        return this;
    }

    /** Said EHLO. */
    public TestSession helo(String name) {
        helo = Optional.of(name);
        protocol = "ESMTP";
        return this;
    }

    public TestSession remoteName(String name) {
        remoteName = Optional.of(name);
        return this;
    }

    public TestSession tls(TlsInfo info) {
        tls = Optional.of(info);
        return this;
    }

    /** Has authenticated, by PLAIN. */
    public TestSession user(String name) {
        user = Optional.of(name);
        mechanism = Optional.of("PLAIN");
        protocol = "ESMTPSA";
        return this;
    }

    /** As a binding configured with {@code trusted}. */
    public TestSession trusted() {
        trusted = true;
        return this;
    }

    /** Begins a transaction; the empty string is the null reverse-path. */
    public TestTransaction mail(String sender) {
        return mail(Sender.of(Address.of(sender)));
    }

    public TestTransaction mail(Sender sender) {
        return new TestTransaction(this, sender);
    }

    @Override
    public String id() {
        return "session-1";
    }

    @Override
    public String listener() {
        return listener;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public Optional<String> remoteName() {
        return remoteName;
    }

    @Override
    public Optional<String> helo() {
        return helo;
    }

    @Override
    public Optional<TlsInfo> tls() {
        return tls;
    }

    @Override
    public Optional<String> user() {
        return user;
    }

    @Override
    public Optional<String> mechanism() {
        return mechanism;
    }

    @Override
    public TestNotes notes() {
        return notes;
    }

    @Override
    public void override(
            InetSocketAddress client, Optional<String> clientName, Optional<String> clientHelo, Optional<String> who) {
        if (!trusted) {
            throw new SecurityException("only a trusted binding may speak of another client");
        }
        edits.edit("override " + client, () -> {
            remote = client;
            remoteName = clientName;
            helo = clientHelo;
            user = who;
            mechanism = Optional.empty();
        });
    }
}
