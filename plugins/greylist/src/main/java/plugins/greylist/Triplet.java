package plugins.greylist;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import mta.plugins.api.Address;

/**
 * What has to come twice.
 *
 * @param network of the client, {@code 192.0.2.0/24}
 * @param sender lower case, without what changes from message to message; {@code <>} for the null sender
 * @param recipient lower case
 */
record Triplet(String network, String sender, String recipient) {

    /** So much of an address is kept: a stranger chooses its length. */
    private static final int LONGEST = 100;

    private static final Pattern NUMBER = Pattern.compile("\\b\\d+\\b");

    /** Bounce address tag validation: {@code prvs=1234abcdef=user}. */
    private static final Pattern PRVS = Pattern.compile("prvs=[0-9a-z]{10}=(.+)|prvs=(.+)=[0-9a-z]{10}");

    static Triplet of(String network, Address sender, Address recipient) {
        return new Triplet(network, sender(sender), bounded(lower(recipient)));
    }

    /** The network of so many bits that an address lies in. */
    static String network(InetAddress address, int bits) {
        byte[] octets = address.getAddress();
        for (int bit = bits; bit < octets.length * 8; bit++) {
            octets[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        try {
            return InetAddress.getByAddress(octets).getHostAddress() + "/" + bits;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + octets.length + " octets", e);
        }
    }

    /**
     * Mailing lists and VERP put a number or a detail into the sender that is another one for each message or try; as
     * with postgrey what is behind a plus is dropped and numbers are alike.
     */
    private static String sender(Address sender) {
        if (sender.isNull()) {
            return "<>";
        }
        String local = sender.localPart().toLowerCase(Locale.ROOT);
        var tagged = PRVS.matcher(local);
        if (tagged.matches()) {
            local = tagged.group(1) == null ? tagged.group(2) : tagged.group(1);
        }
        int plus = local.indexOf('+');
        String plain =
                NUMBER.matcher(plus > 0 ? local.substring(0, plus) : local).replaceAll("#");
        return bounded(sender.domain().isEmpty() ? plain : plain + "@" + sender.domain());
    }

    private static String lower(Address address) {
        return address.toString().toLowerCase(Locale.ROOT);
    }

    private static String bounded(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return text.substring(0, LONGEST - 33) + "~" + HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
