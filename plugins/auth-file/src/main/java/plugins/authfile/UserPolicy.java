package plugins.authfile;

import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.policy.Answer;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.UserFor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The users of the file for whoever asks: other mechanisms, routing by tenant. Thread-safe. */
@Component(service = Policy.class, property = "mta.when.query=UserFor")
@Plugin("auth-file")
public final class UserPolicy implements Policy<UserFor, UserFor.User> {

    private final Logins logins;

    @Activate
    public UserPolicy(@Reference Logins logins) {
        this.logins = logins;
    }

    @Override
    public Class<UserFor> query() {
        return UserFor.class;
    }

    @Override
    public Optional<Answer<UserFor.User>> find(UserFor query) {
        return logins.find(query.name())
                .map(user -> new UserFor.User(user.name(), user.hash(), user.tenant(), user.enabled()))
                .map(user -> new Answer<>(user, logins.ttl()));
    }
}
