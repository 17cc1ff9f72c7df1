package mta.queue.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mta.plugins.api.policy.PoolFor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One section {@code pool}. */
@Component(
        service = PoolSection.class,
        configurationPid = "mta.pool",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PoolSection.Settings.class, factory = true)
public final class PoolSection {

    @ObjectClassDefinition(
            name = "pool",
            description = "Sources that share the mail of a queue. The pool called default is used where policy names"
                    + " none; without a section it holds the source default.")
    @interface Settings {

        @AttributeDefinition(
                description = "Names of sources, each with its share of the mail behind a blank if it is"
                        + " not 1: [ip1, ip2 3].")
        String[] members();
    }

    private final String name;
    private final List<PoolFor.Member> members;

    /** @throws IllegalArgumentException with a text for the person who wrote it */
    @Activate
    public PoolSection(Settings settings, Map<String, Object> properties) {
        this(Sections.name(properties), settings.members());
    }

    PoolSection(String name, String... members) {
        this.name = name;
        List<PoolFor.Member> list = new ArrayList<>();
        for (String member : members) {
            String[] words = member.strip().split("\\s+");
            if (words.length > 2 || words.length == 2 && !words[1].matches("[1-9][0-9]{0,5}")) {
                throw new IllegalArgumentException(
                        "pool " + name + ": members: a source, and a whole number as its share, not: " + member);
            }
            list.add(new PoolFor.Member(words[0], words.length == 2 ? Integer.parseInt(words[1]) : 1));
        }
        this.members = List.copyOf(list);
    }

    String name() {
        return name;
    }

    List<PoolFor.Member> members() {
        return members;
    }
}
