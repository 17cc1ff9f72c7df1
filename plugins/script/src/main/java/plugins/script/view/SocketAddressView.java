package plugins.script.view;

import java.net.InetSocketAddress;
import org.graalvm.polyglot.HostAccess;

/** Address and port of one end of a connection. Looks nothing up. */
public final class SocketAddressView extends View {

    private final InetSocketAddress address;

    SocketAddressView(InetSocketAddress address) {
        super(address);
        this.address = address;
    }

    @HostAccess.Export
    @Override
    public String type() {
        return "InetSocketAddress";
    }

    /** Null where there is none, as at a Unix-domain socket. */
    @HostAccess.Export
    public AddressView getAddress() {
        return address.getAddress() == null ? null : new AddressView(address.getAddress());
    }

    @HostAccess.Export
    public String getHostString() {
        return address.getHostString();
    }

    @HostAccess.Export
    public int getPort() {
        return address.getPort();
    }
}
