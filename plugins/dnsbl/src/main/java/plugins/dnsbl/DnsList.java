package plugins.dnsbl;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A list, as Postfix's postscreen writes it: {@code zone}, {@code zone=127.0.0.[2..11]}, {@code zone*3}; a weight below
 * zero is a list of good clients.
 *
 * @param ranges for each octet the least and the most; empty: any answer that means a listing
 */
record DnsList(String zone, List<int[]> ranges, int weight) {

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9._-]+)(?:=([^*]+))?(?:\\*(-?\\d{1,4}))?");
    private static final Pattern OCTET = Pattern.compile("(\\d{1,3})|\\[(\\d{1,3})\\.\\.(\\d{1,3})]");

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    static DnsList parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("lists: zone, zone=127.0.0.[2..11] or zone*3, not: " + text);
        }
        int weight = form.group(3) == null ? 1 : Integer.parseInt(form.group(3));
        return new DnsList(form.group(1), form.group(2) == null ? List.of() : ranges(form.group(2), text), weight);
    }

    private static List<int[]> ranges(String filter, String text) {
        var ranges = new ArrayList<int[]>();
        Matcher octet = OCTET.matcher(filter);
        int at = 0;
        while (octet.find() && octet.start() == at) {
            String least = octet.group(1) == null ? octet.group(2) : octet.group(1);
            String most = octet.group(1) == null ? octet.group(3) : octet.group(1);
            ranges.add(new int[] {Integer.parseInt(least), Integer.parseInt(most)});
            at = octet.end();
            if (at < filter.length() && filter.charAt(at) == '.') {
                at++;
            }
        }
        if (ranges.size() != 4 || at < filter.length()) {
            throw new IllegalArgumentException(
                    "lists: four numbers or [ranges], such as 127.0.0.[2..11], not: " + text);
        }
        return List.copyOf(ranges);
    }

    /** RFC 5782 sections 2.1 and 2.4: octets, or nibbles of IPv6, from the last to the first. */
    String name(InetAddress client) {
        var name = new StringBuilder();
        byte[] octets = client.getAddress();
        for (int i = octets.length - 1; i >= 0; i--) {
            int octet = octets[i] & 0xff;
            if (client instanceof Inet4Address) {
                name.append(octet).append('.');
            } else {
                name.append(Integer.toHexString(octet & 0xf)).append('.');
                name.append(Integer.toHexString(octet >> 4)).append('.');
            }
        }
        return name.append(zone).toString();
    }

    /**
     * Whether an answer means a listing. One outside of 127.0.0.0/8 comes from somebody who took over the zone
     * (RFC 5782 section 2.1), one in 127.255.255.0/24 says that the asker is not served.
     */
    boolean means(InetAddress answer) {
        byte[] octets = answer.getAddress();
        if (octets.length != 4 || octets[0] != 127) {
            return false;
        }
        if (ranges.isEmpty()) {
            return octets[1] != (byte) 255 || octets[2] != (byte) 255;
        }
        for (int i = 0; i < 4; i++) {
            int octet = octets[i] & 0xff;
            if (octet < ranges.get(i)[0] || octet > ranges.get(i)[1]) {
                return false;
            }
        }
        return true;
    }
}
