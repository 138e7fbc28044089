package io.felucca.apiserver.auth.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a webhook whose a token is, by TokenReview, and remembers the answer, yes or no, for a
 * while; tokens only by their hash. A webhook that can't be reached knows nobody. Thread-safe.
 */
@Component(
        configurationPid = "io.felucca.apiserver.auth.tokenwebhook",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {"service.ranking:Integer=20", Authenticator.BLOCKS + ":Boolean=true"})
public final class TokenReviews implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(TokenReviews.class);
    private static final int MOST_REMEMBERED = 4096;

    /** Upstream's {@code --authentication-token-webhook-*}. */
    public @interface Config {
        /** A path. */
        String kubeconfig();

        /** How long an answer holds, in seconds. */
        int cache_ttl_seconds() default 120;
    }

    private final Webhook webhook;
    private final Duration lifetime;
    private final Remembered<Optional<UserInfo>> known;

    @Activate
    public TokenReviews(Config config, @Reference Clock clock)
            throws IOException, GeneralSecurityException {
        this(
                new HttpWebhook(Path.of(config.kubeconfig())),
                Duration.ofSeconds(config.cache_ttl_seconds()),
                clock);
    }

    TokenReviews(Webhook webhook, Duration lifetime, Clock clock) {
        this.webhook = webhook;
        this.lifetime = lifetime;
        this.known = new Remembered<>(MOST_REMEMBERED, clock);
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        if (credentials.bearerToken().isEmpty()) {
            return Optional.empty();
        }
        String token = credentials.bearerToken().get();
        String key = Digest.of(token.getBytes(StandardCharsets.UTF_8));
        return known.get(key).orElseGet(() -> ask(token, key));
    }

    private Optional<UserInfo> ask(String token, String key) {
        ObjectNode review = Json.object();
        review.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenReview");
        review.putObject("spec").put("token", token);
        try {
            JsonNode status = webhook.review(review).path("status");
            Optional<UserInfo> user =
                    status.path("authenticated").asBoolean()
                            ? Optional.of(user(status.path("user")))
                            : Optional.empty();
            known.put(key, user, lifetime);
            return user;
        } catch (IOException e) {
            LOG.warn("The token webhook gave no answer: {}", e.getMessage());
            throw ApiException.of(StatusReason.Unauthorized, "Unauthorized");
        }
    }

    private static UserInfo user(JsonNode json) throws IOException {
        String name = json.path("username").asText("");
        if (name.isEmpty()) {
            throw new IOException("the webhook authenticated a user without a name");
        }
        Set<String> groups = new LinkedHashSet<>(texts(json.path("groups")));
        groups.add(UserInfo.AUTHENTICATED);
        Map<String, List<String>> extra = new HashMap<>();
        json.path("extra")
                .properties()
                .forEach(one -> extra.put(one.getKey(), texts(one.getValue())));
        return new UserInfo(name, json.path("uid").asText(""), List.copyOf(groups), extra);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText("")));
        return texts;
    }
}
