package plugins.authoauth;

import com.nimbusds.jose.JWSAlgorithm;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mta.plugins.api.Named;
import mta.plugins.api.Plugin;
import mta.plugins.api.config.Amount;
import mta.plugins.api.smtp.SaslMechanism;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers the mechanisms, once the settings say how tokens are judged. Activated by the framework's threads. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "mta.auth-oauth")
@Designate(ocd = AuthOauth.Config.class)
public final class AuthOauth {

    @ObjectClassDefinition(
            name = "auth-oauth",
            description = "AUTH OAUTHBEARER and XOAUTH2, with tokens of an identity server.")
    @interface Config {

        @AttributeDefinition(
                description = "The issuer's public keys, by which tokens are judged here: the URL of its JWK Set, or a"
                        + " file, relative to the instance folder. Empty: tokens are not judged here.")
        String jwks() default "";

        @AttributeDefinition(
                description = "URL at which the server is asked about each token (RFC 7662). Empty: it is not asked."
                        + " Either this or jwks; neither: the mechanisms are not offered.")
        String introspection() default "";

        @AttributeDefinition(description = "Who this node is to the server that is asked.")
        String clientId() default "";

        @AttributeDefinition(
                description =
                        "File that holds the secret to clientId; relative to the instance folder. Read each" + " time.")
        String clientSecretFile() default "";

        @AttributeDefinition(description = "The claim iss of good tokens. Needed with jwks.")
        String issuer() default "";

        @AttributeDefinition(description = "The claim aud of good tokens has one of these. Needed with jwks.")
        String[] audience() default {};

        @AttributeDefinition(description = "Scopes that a token must have, all of them (claims scope and scp).")
        String[] scopes() default {};

        @AttributeDefinition(
                description = "The claim that is the user's name: email, sub, preferred_username, username ...")
        String userClaim() default "email";

        @AttributeDefinition(
                description = "Signatures that are good, of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384,"
                        + " ES512 and EdDSA.")
        String[] algorithms() default {"RS256", "ES256", "EdDSA"};

        @AttributeDefinition(description = "Duration. How far the server's clock and this one may differ.")
        String leeway() default "1m";

        @AttributeDefinition(description = "Mechanisms to offer, always under TLS only.")
        String[] mechanisms() default {"OAUTHBEARER", "XOAUTH2"};

        @AttributeDefinition(
                description = "URL told to clients whose token is wrong, where they find how to get another"
                        + " (RFC 7628 section 3.2.2). Empty: none.")
        String openidConfiguration() default "";

        @AttributeDefinition(description = "Size. A longer token is wrong.")
        String maxToken() default "8KiB";

        @AttributeDefinition(description = "Size. A longer answer of the server is none.")
        String maxAnswer() default "256KiB";

        @AttributeDefinition(description = "Duration. For an answer of the server, all of it.")
        String timeout() default "5s";

        @AttributeDefinition(description = "Duration. How often keys are fetched from the URL.")
        String refresh() default "1h";

        @AttributeDefinition(
                description = "Duration. How long after that they are good for while the server is away; then"
                        + " nobody can log in.")
        String stale() default "24h";

        @AttributeDefinition(
                description = "Duration. Between two questions for keys, however many tokens name a key that is not"
                        + " known.")
        String pause() default "10s";

        @AttributeDefinition(
                description = "File of root certificates for https, PEM; relative to the instance folder. Empty: those"
                        + " of the JDK.")
        String trust() default "";

        @AttributeDefinition(
                description = "Whether http:// will do for another machine than this one. Whoever is on the way can"
                        + " then be any user.")
        boolean insecure() default false;
    }

    private final Optional<TokenCheck> check;
    private final List<ServiceRegistration<?>> offered = new ArrayList<>();

    @Activate
    public AuthOauth(BundleContext context, Config config) {
        check = check(config, InstantSource.system());
        check.ifPresent(judge -> mechanisms(config, judge)
                .forEach((form, mechanism) -> offered.add(context.registerService(
                        SaslMechanism.class,
                        mechanism,
                        new Hashtable<>(Map.of(Plugin.PROPERTY, "auth-oauth", Named.PROPERTY, form.name()))))));
    }

    @Deactivate
    void stop() {
        offered.forEach(ServiceRegistration::unregister);
        check.ifPresent(TokenCheck::close);
    }

    static Map<Form, SaslMechanism> mechanisms(Config config, TokenCheck check) {
        int largest = Math.toIntExact(Amount.bytes(config.maxToken()));
        return Stream.of(config.mechanisms())
                .map(name -> form(name.strip().toUpperCase(Locale.ROOT)))
                .distinct()
                .collect(Collectors.toMap(
                        form -> form,
                        form -> new TokenMechanism(
                                form, check, largest, words(config.scopes()), config.openidConfiguration())));
    }

    private static Form form(String name) {
        return Stream.of(Form.values())
                .filter(form -> form.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("mechanisms: OAUTHBEARER or XOAUTH2, not " + name));
    }

    /** @throws IllegalArgumentException with a text for the person who wrote the section */
    static Optional<TokenCheck> check(Config config, InstantSource clock) {
        String jwks = config.jwks().strip();
        String introspection = config.introspection().strip();
        if (!jwks.isEmpty() && !introspection.isEmpty()) {
            throw new IllegalArgumentException("jwks and introspection: one of them");
        }
        if (!jwks.isEmpty()) {
            return Optional.of(jwt(config, jwks, clock));
        }
        return introspection.isEmpty() ? Optional.empty() : Optional.of(introspection(config, introspection, clock));
    }

    private static TokenCheck jwt(Config config, String jwks, InstantSource clock) {
        Set<JWSAlgorithm> algorithms =
                words(config.algorithms()).stream().map(AuthOauth::algorithm).collect(Collectors.toUnmodifiableSet());
        // Another service's token, which its users have given to others, must not open this one (RFC 8725 section 3.9).
        if (config.issuer().isBlank() || words(config.audience()).isEmpty() || algorithms.isEmpty()) {
            throw new IllegalArgumentException("issuer, audience and algorithms: needed with jwks");
        }
        return new JwtCheck(keys(config, jwks, clock), algorithms, rules(config, true), clock);
    }

    private static JWSAlgorithm algorithm(String name) {
        return JwtCheck.POSSIBLE.stream()
                .filter(algorithm -> algorithm.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("algorithms: " + name + " is none of "
                        + JwtCheck.POSSIBLE.stream()
                                .map(JWSAlgorithm::getName)
                                .sorted()
                                .toList()));
    }

    private static Keys keys(Config config, String jwks, InstantSource clock) {
        int largest = Math.toIntExact(Amount.bytes(config.maxAnswer()));
        if (!jwks.matches("(?i)https?:.*")) {
            return new KeyFile(data().resolve(jwks), largest);
        }
        URI uri = Web.checked("jwks", jwks, config.insecure());
        Duration timeout = Amount.duration(config.timeout());
        Duration pause = Amount.duration(config.pause());
        Duration refresh = Amount.duration(config.refresh());
        if (pause.toSeconds() < 1 || refresh.toSeconds() < 1) {
            throw new IllegalArgumentException("pause and refresh: at least 1s");
        }
        var times = new KeyServer.Times(refresh, Amount.duration(config.stale()), pause, timeout.plusSeconds(1));
        return new KeyServer(web(config), uri, times, clock);
    }

    private static TokenCheck introspection(Config config, String introspection, InstantSource clock) {
        if (config.clientId().isBlank() || config.clientSecretFile().isBlank()) {
            throw new IllegalArgumentException("clientId and clientSecretFile: needed with introspection");
        }
        URI uri = Web.checked("introspection", introspection, config.insecure());
        Path secret = data().resolve(config.clientSecretFile());
        return new Introspection(web(config), uri, config.clientId(), secret, rules(config, false), clock);
    }

    private static Rules rules(Config config, boolean expires) {
        return new Rules(
                Optional.of(config.issuer().strip()).filter(text -> !text.isEmpty()),
                words(config.audience()),
                words(config.scopes()),
                config.userClaim().strip(),
                Amount.duration(config.leeway()),
                expires);
    }

    private static Web web(Config config) {
        Optional<Path> trust =
                Optional.of(config.trust()).filter(file -> !file.isBlank()).map(file -> data().resolve(file));
        return new Web(trust, Amount.duration(config.timeout()), Math.toIntExact(Amount.bytes(config.maxAnswer())));
    }

    private static Path data() {
        return Path.of(System.getProperty("mta.data", "")).toAbsolutePath();
    }

    private static Set<String> words(String[] texts) {
        var words = new LinkedHashSet<String>();
        for (String text : texts) {
            if (!text.isBlank()) {
                words.add(text.strip());
            }
        }
        return words;
    }
}
