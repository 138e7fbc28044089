package io.felucca.apiserver.auth.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSObject;
import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.machinery.schema.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens of the issuers that an AuthenticationConfiguration names. Tokens of other issuers are
 * somebody else's. May wait for a provider's keys, so it is called off the event loops.
 * Thread-safe.
 */
@Component(
        configurationPid = "io.felucca.apiserver.auth.oidc",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {"service.ranking:Integer=60", Authenticator.BLOCKS + ":Boolean=true"})
public final class OpenIdConnect implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(OpenIdConnect.class);

    /** Upstream's {@code --authentication-config}. */
    public @interface Config {
        /** An AuthenticationConfiguration; a path. */
        String file();
    }

    private final List<Provider> providers;
    private final Clock clock;

    @Activate
    public OpenIdConnect(Config config, @Reference Clock clock)
            throws IOException, GeneralSecurityException {
        this(providers(Path.of(config.file()), clock), clock);
    }

    OpenIdConnect(List<Provider> providers, Clock clock) {
        this.providers = List.copyOf(providers);
        this.clock = clock;
    }

    private static List<Provider> providers(Path file, Clock clock)
            throws IOException, GeneralSecurityException {
        List<Provider> providers = new ArrayList<>();
        for (JwtAuthenticator one :
                JwtAuthenticator.read(Json.parseObject(Yaml.toJson(Files.readAllBytes(file))))) {
            providers.add(
                    new Provider(
                            one,
                            new ProviderKeys(
                                    one.issuer(),
                                    one.discoveryUrl(),
                                    new HttpFetch(one.authorityPem()),
                                    clock)));
        }
        return providers;
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        Optional<JWSObject> token = credentials.bearerToken().flatMap(OpenIdConnect::parse);
        if (token.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode claims = Json.mapper().readTree(token.get().getPayload().toBytes());
            for (Provider provider : providers) {
                if (provider.issuer().equals(claims.path("iss").asText(""))) {
                    return Optional.of(provider.authenticate(token.get(), claims, clock.instant()));
                }
            }
            return Optional.empty();
        } catch (Provider.Refused e) {
            LOG.debug("A token of a provider was refused: {}", e.getMessage());
            throw ApiException.of(StatusReason.Unauthorized, "Unauthorized");
        } catch (IOException e) {
            LOG.warn("A provider's keys can't be read: {}", e.getMessage());
            throw ApiException.of(StatusReason.Unauthorized, "Unauthorized");
        }
    }

    private static Optional<JWSObject> parse(String token) {
        try {
            return Optional.of(JWSObject.parse(token));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
