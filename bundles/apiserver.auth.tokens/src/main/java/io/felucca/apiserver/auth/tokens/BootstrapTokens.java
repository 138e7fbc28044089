package io.felucca.apiserver.auth.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens with which nodes join: Secrets {@code bootstrap-token-<id>} in kube-system. Each
 * request looks at the Secret anew, so a token ends with it. Thread-safe.
 */
@Component(property = "service.ranking:Integer=80")
public final class BootstrapTokens implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(BootstrapTokens.class);
    private static final Pattern TOKEN = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
    private static final Pattern EXTRA_GROUP =
            Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");
    private static final String TYPE = "bootstrap.kubernetes.io/token";
    private static final String NAMESPACE = "kube-system";
    private static final GroupVersionResource SECRETS =
            new GroupVersionResource("", "v1", "secrets");
    private static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");

    private final Clock clock;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    @Activate
    public BootstrapTokens(@Reference Clock clock) {
        this.clock = clock;
    }

    void server(ApiServer now) {
        server = now;
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        Optional<Matcher> token =
                credentials.bearerToken().map(TOKEN::matcher).filter(Matcher::matches);
        if (token.isEmpty()) {
            return Optional.empty();
        }
        String id = token.get().group(1);
        Optional<JsonNode> secret = secret("bootstrap-token-" + id);
        if (secret.isEmpty()) {
            // Another authenticator's tokens may look the same.
            return Optional.empty();
        }
        String problem = problem(secret.get(), id, token.get().group(2));
        if (!problem.isEmpty()) {
            LOG.debug("A bootstrap token with id {} was refused: {}", id, problem);
            throw ApiException.of(StatusReason.Unauthorized, "Unauthorized");
        }
        return Optional.of(UserInfo.of("system:bootstrap:" + id, groups(secret.get())));
    }

    private String problem(JsonNode secret, String id, String given) {
        if (secret.path("metadata").hasNonNull("deletionTimestamp")) {
            return "it is being deleted";
        }
        if (!secret.path("type").asText("").equals(TYPE)) {
            return "its Secret is of another type";
        }
        byte[] expected = data(secret, "token-secret").getBytes(StandardCharsets.UTF_8);
        // In the same time for every wrong secret.
        if (expected.length == 0
                || !MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))) {
            return "its secret is another";
        }
        if (!data(secret, "token-id").equals(id)) {
            return "its Secret has another id";
        }
        if (isExpired(data(secret, "expiration"))) {
            return "it has expired";
        }
        if (!data(secret, "usage-bootstrap-authentication").equals("true")) {
            return "it is not for authentication";
        }
        for (String group : extraGroups(secret)) {
            if (!EXTRA_GROUP.matcher(group).matches()) {
                return "its Secret names a group that is none of bootstrappers";
            }
        }
        return "";
    }

    /** What can't be read has expired, as upstream. */
    private boolean isExpired(String expiration) {
        if (expiration.isEmpty()) {
            return false;
        }
        try {
            return !OffsetDateTime.parse(expiration).toInstant().isAfter(clock.instant());
        } catch (DateTimeException e) {
            return true;
        }
    }

    private static String[] groups(JsonNode secret) {
        List<String> groups = new ArrayList<>(List.of("system:bootstrappers"));
        groups.addAll(extraGroups(secret));
        return groups.toArray(new String[0]);
    }

    private static List<String> extraGroups(JsonNode secret) {
        List<String> groups = new ArrayList<>();
        for (String group : data(secret, "auth-extra-groups").split(",", -1)) {
            if (!group.isBlank()) {
                groups.add(group.trim());
            }
        }
        return groups;
    }

    private static String data(JsonNode secret, String key) {
        return new String(
                Base64.getDecoder().decode(secret.path("data").path(key).asText("")),
                StandardCharsets.UTF_8);
    }

    private Optional<JsonNode> secret(String name) {
        ApiServer now = server;
        if (now == null) {
            throw ApiException.unavailable("the server is starting: tokens can't be looked up", 1);
        }
        try {
            return Optional.of(
                    Json.parseObject(
                            now.get(
                                            ApiRequest.of(SERVER, "get", SECRETS, NAMESPACE, name),
                                            Optional.of("0"))
                                    .json()));
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
