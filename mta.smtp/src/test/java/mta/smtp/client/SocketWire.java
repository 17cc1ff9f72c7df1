package mta.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509TrustManager;
import mta.plugins.api.io.Endpoint;
import mta.plugins.api.io.Io;
import mta.plugins.api.io.Tls;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.io.Wire;

/** The simplest wire there can be, with TLS. */
record SocketWire(Socket socket, Optional<TlsInfo> tls) implements Wire {

    static final class Tcp implements Io {
        @Override
        public Wire dial(Endpoint to, Optional<InetAddress> from, Duration timeout) throws IOException {
            var socket = new Socket();
            if (from.isPresent()) {
                socket.bind(new InetSocketAddress(from.get(), 0));
            }
            socket.connect(to.socketAddress(), (int) timeout.toMillis());
            socket.setTcpNoDelay(true);
            return new SocketWire(socket, Optional.empty());
        }
    }

    /** @param trusting verifies against what is trusted here */
    record Client(SSLContext trusting) implements Tls {

        @Override
        public boolean available(String listener) {
            return false;
        }

        @Override
        public Wire accept(Wire wire, String listener, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Wire connect(Wire wire, String serverName, boolean verify, List<String> protocols, Duration timeout)
                throws IOException {
            Socket plain = ((SocketWire) wire).socket();
            SSLContext context = verify ? trusting : anything();
            var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, serverName, plain.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(protocols.toArray(String[]::new));
            if (verify) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) timeout.toMillis());
            try {
                socket.startHandshake();
            } catch (IOException e) {
                socket.close();
                throw e;
            }
            var session = socket.getSession();
            return new SocketWire(
                    socket,
                    Optional.of(new TlsInfo(
                            session.getProtocol(),
                            session.getCipherSuite(),
                            Optional.of(serverName),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            verify)));
        }

        private static SSLContext anything() throws IOException {
            try {
                var context = SSLContext.getInstance("TLS");
                context.init(null, new X509TrustManager[] {new Anything()}, null);
                return context;
            } catch (java.security.GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
    }

    private static final class Anything implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    @Override
    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public InetSocketAddress local() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public InetSocketAddress remote() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
        socket.setSoTimeout(timeout.isZero() ? 0 : Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
