package guide;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.Table;
import org.osgi.service.component.annotations.Component;

// guide: policy
@Component(service = Policy.class)
@Plugin("partners")
public final class Partners implements Policy<Table, String> {

    private final Map<String, String> since = Map.of("example.net", "2024", "example.com", "2025");

    @Override
    public Class<Table> query() {
        return Table.class;
    }

    @Override
    public Optional<Answer<String>> find(Table query) throws Exception { // throw: cannot tell, not "not there"
        return query.name().equals("partners")
                ? Optional.ofNullable(since.get(query.key())).map(value -> new Answer<>(value, Duration.ofMinutes(5)))
                : Optional.empty();
    }
}
// guide: end
