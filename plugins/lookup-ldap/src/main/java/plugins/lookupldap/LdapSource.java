package plugins.lookupldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPInterface;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mta.lookup.Found;
import mta.lookup.Question;
import mta.lookup.Source;

/**
 * One search for a question. No entry: not there; everything that is no success: cannot tell. With one attribute each
 * of its values is a row; with several each entry is, and the values of an attribute stand with commas between them.
 * Thread-safe.
 */
final class LdapSource implements Source {

    private static final int MOST_ENTRIES = 1000;

    private final LDAPInterface directory;
    private final Search search;

    LdapSource(LDAPInterface directory, Search search) {
        this.directory = directory;
        this.search = search;
    }

    @Override
    public Optional<Found> ask(Question question) throws LDAPException {
        var request = new SearchRequest(
                search.base(),
                search.scope(),
                search.filter(question),
                search.attributes().values().toArray(String[]::new));
        request.setSizeLimit(MOST_ENTRIES);
        List<SearchResultEntry> entries = search(request);
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        var rows = new ArrayList<Map<String, String>>();
        boolean single = search.attributes().size() == 1;
        for (SearchResultEntry entry : entries) {
            if (single) {
                String[] values = entry.getAttributeValues(
                        search.attributes().values().iterator().next());
                for (String value : values == null ? new String[0] : values) {
                    rows.add(Map.of("", value));
                }
            } else {
                rows.add(row(entry));
            }
        }
        // an entry without the only attribute that was asked for says nothing
        return rows.isEmpty() ? Optional.empty() : Optional.of(new Found(rows));
    }

    private List<SearchResultEntry> search(SearchRequest request) throws LDAPSearchException {
        return directory.search(request).getSearchEntries();
    }

    private Map<String, String> row(SearchResultEntry entry) {
        var row = new LinkedHashMap<String, String>();
        search.attributes().forEach((field, attribute) -> {
            String[] values = entry.getAttributeValues(attribute);
            if (values != null) {
                row.put(field, String.join(",", values));
            }
        });
        return row;
    }
}
