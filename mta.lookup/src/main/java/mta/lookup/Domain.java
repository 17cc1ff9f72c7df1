package mta.lookup;

import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Names of domains, as they are compared. */
public final class Domain {

    private Domain() {}

    /** As A-labels in lower case where the text has other letters than ASCII's; else as it is. */
    public static String ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                try {
                    return IDN.toASCII(text, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
                } catch (IllegalArgumentException e) {
                    return text; // no domain: equal to nothing that is one
                }
            }
        }
        return text;
    }

    /** {@code example.org} and {@code org} of {@code mx.example.org}. An address literal has none. */
    static List<String> parents(String domain) {
        var parents = new ArrayList<String>();
        if (!domain.startsWith("[")) {
            for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
                parents.add(domain.substring(dot + 1));
            }
        }
        return parents;
    }
}
