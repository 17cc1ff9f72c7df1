package plugins.authfile;

import java.io.IOException;
import java.util.Optional;
import mta.plugins.api.admin.Refusal;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The console verb {@code auth-file}. Runs on the console's thread. */
@Component(
        service = UserCommand.class,
        property = {
            "osgi.command.scope=mta",
            "osgi.command.function=auth-file",
            "mta.help=auth-file hash|NAME [--generate]|the line for the file, the password read from the terminal|"
                    + "auth-file hash ann@example.org --generate",
            "mta.help=auth-file add|NAME [--generate]|puts a user into the file, or gives one another password|"
                    + "auth-file add ann@example.org --generate"
        })
public final class UserCommand {

    private final Logins logins;

    @Activate
    public UserCommand(@Reference Logins logins) {
        this.logins = logins;
    }

    /** Gogo calls a method of this name for a verb that is no Java name, the verb in front of its words. */
    public Object _main(String[] words) throws IOException {
        int first = words.length > 0 && words[0].equals("auth-file") ? 1 : 0;
        int given = words.length - first;
        boolean generate = given == 3 && words[first + 2].equals("--generate");
        boolean known = given >= 2 && (words[first].equals("hash") || words[first].equals("add"));
        if (!known || given > (generate ? 3 : 2)) {
            return Refusal.usage("auth-file hash NAME [--generate], auth-file add NAME [--generate]");
        }
        return run(words[first].equals("add"), words[first + 1], generate);
    }

    private Object run(boolean add, String name, boolean generate) throws IOException {
        Optional<String> prepared = Prepared.of(name).filter(text -> text.indexOf(':') < 0 && !text.startsWith("#"));
        if (prepared.isEmpty()) {
            return Refusal.of("'" + name + "' cannot be a name: no colon, no control character, no # in front");
        }
        Optional<String> password = Optional.of(Hash.generate());
        if (!generate) {
            System.err.print("Password: ");
            password = Hash.read(System.in); // Gogo's: the terminal of whoever typed the verb
        }
        if (password.isEmpty()) {
            return Refusal.of("no password was given: type it at './mta console', or let --generate make one");
        }
        String hash = logins.hash(password.get());
        String note = generate ? "The password is " + password.get() + "\n" : "";
        if (!add) {
            return note + prepared.get() + ":" + hash;
        }
        boolean isNew = Entries.put(logins.file(), prepared.get(), hash);
        return note + prepared.get() + (isNew ? " was added to " : " has another password in ") + logins.file();
    }
}
