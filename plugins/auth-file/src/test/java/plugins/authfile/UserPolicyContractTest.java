package plugins.authfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mta.plugins.api.policy.Policy;
import mta.plugins.api.policy.UserFor;
import mta.testkit.plugin.PolicyContract;
import mta.testkit.plugin.Settings;
import org.junit.jupiter.api.io.TempDir;

class UserPolicyContractTest extends PolicyContract<UserFor, UserFor.User> {

    private static final String HASH = PasswordHash.make("secret", 1000);

    @TempDir
    private Path folder;

    @Override
    protected Policy<UserFor, UserFor.User> policy() throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "ann:" + HASH + ":shop\n");
        return new UserPolicy(
                new Logins(Settings.of(Logins.Config.class, "file", file.toString(), "iterations", 1000)));
    }

    @Override
    protected UserFor known() {
        return new UserFor("ann");
    }

    @Override
    protected UserFor.User answer() {
        return new UserFor.User("ann", HASH, "shop", true);
    }

    @Override
    protected UserFor unknown() {
        return new UserFor("nobody");
    }
}
