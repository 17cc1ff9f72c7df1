package plugins.script.view;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.graalvm.polyglot.HostAccess;

/** An IP address. Looks nothing up. */
public final class AddressView extends View {

    private final InetAddress address;

    AddressView(InetAddress address) {
        super(address);
        this.address = address;
    }

    @HostAccess.Export
    @Override
    public String type() {
        return "InetAddress";
    }

    @HostAccess.Export
    public String getHostAddress() {
        return address.getHostAddress();
    }

    @HostAccess.Export
    public boolean isLoopbackAddress() {
        return address.isLoopbackAddress();
    }

    @HostAccess.Export
    public boolean isSiteLocalAddress() {
        return address.isSiteLocalAddress();
    }

    /** The network of so many bits that it is in: {@code 192.0.2.0} of {@code 192.0.2.7} and 24. */
    @HostAccess.Export
    public String network(int bits) {
        byte[] octets = address.getAddress();
        for (int bit = Math.max(0, bits); bit < octets.length * 8; bit++) {
            octets[bit / 8] &= (byte) ~(128 >> bit % 8);
        }
        try {
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // as long as an address is
        }
    }

    @HostAccess.Export
    @Override
    public String toString() {
        return address.getHostAddress();
    }
}
