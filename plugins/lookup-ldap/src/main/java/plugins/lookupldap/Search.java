package plugins.lookupldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mta.lookup.Question;

/**
 * A search as RFC 4516 writes it, without server: {@code base?attributes?scope?filter}. An attribute may be given the
 * name of a field: {@code secret=userPassword}. Values stand in the filter, escaped, so that nobody's name becomes a part
 * of it.
 *
 * @param attributes field to attribute, in their order
 * @param filter with {@code {name}} for values
 */
record Search(String base, Map<String, String> attributes, SearchScope scope, String filter, List<String> names) {

    private static final Pattern VALUE = Pattern.compile("\\{([A-Za-z]+)}");

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    static Search parse(String text) {
        String[] parts = text.strip().split("\\?", 4);
        if (parts.length < 4 || parts[1].isBlank()) {
            throw new IllegalArgumentException("a search is base?attributes?scope?filter, such as"
                    + " ou=people,dc=example,dc=org?mail?sub?(mail={name})");
        }
        var attributes = new LinkedHashMap<String, String>();
        for (String each : parts[1].split(",")) {
            int equals = each.indexOf('=');
            String attribute = each.substring(equals + 1).strip();
            attributes.put(equals < 0 ? attribute : each.substring(0, equals).strip(), attribute);
        }
        var names = new ArrayList<String>();
        Matcher values = VALUE.matcher(parts[3]);
        while (values.find()) {
            names.add(values.group(1));
        }
        try {
            Filter.create(values.replaceAll("x"));
        } catch (LDAPException e) {
            throw new IllegalArgumentException("the filter: " + e.getMessage(), e);
        }
        return new Search(parts[0].strip(), attributes, scope(parts[2].strip()), parts[3], List.copyOf(names));
    }

    private static SearchScope scope(String text) {
        return switch (text) {
            case "base" -> SearchScope.BASE;
            case "one" -> SearchScope.ONE;
            case "sub", "" -> SearchScope.SUB;
            default -> throw new IllegalArgumentException("a scope is base, one or sub, not '" + text + "'");
        };
    }

    /** RFC 4515 section 3: values are escaped. */
    Filter filter(Question question) throws LDAPException {
        Matcher values = VALUE.matcher(filter);
        return Filter.create(values.replaceAll(
                found -> Matcher.quoteReplacement(Filter.encodeValue(question.value(found.group(1))))));
    }
}
