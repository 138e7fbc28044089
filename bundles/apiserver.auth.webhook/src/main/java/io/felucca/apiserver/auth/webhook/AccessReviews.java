package io.felucca.apiserver.auth.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.FieldSelector;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a webhook whether somebody may, by SubjectAccessReview, and remembers what it said. What
 * follows when it does not answer, the configuration says. Thread-safe.
 */
@Component(
        configurationPid = "io.felucca.apiserver.auth.accesswebhook",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {"service.ranking:Integer=-20", Authorizer.BLOCKS + ":Boolean=true"})
public final class AccessReviews implements Authorizer {
    private static final Logger LOG = LoggerFactory.getLogger(AccessReviews.class);
    private static final int MOST_REMEMBERED = 8192;

    /** Larger questions are asked again each time, as upstream. */
    private static final int LARGEST_REMEMBERED = 10_000;

    /** As in upstream's AuthorizationConfiguration. */
    public @interface Config {
        /** A path. */
        String kubeconfig();

        /** How long a yes holds, in seconds. */
        int authorized_ttl_seconds() default 300;

        /** How long a no holds, in seconds. */
        int unauthorized_ttl_seconds() default 30;

        /** {@code NoOpinion} or {@code Deny}, for a webhook that does not answer. */
        String failure_policy() default "NoOpinion";

        /** Refused unless empty: conditions are CEL, which is not served here. */
        String match_conditions() default "";
    }

    private final Webhook webhook;
    private final Duration yes;
    private final Duration no;
    private final Verdict onFailure;
    private final Remembered<Decision> known;

    @Activate
    public AccessReviews(Config config, @Reference Clock clock)
            throws IOException, GeneralSecurityException {
        this(
                new HttpWebhook(Path.of(config.kubeconfig())),
                Duration.ofSeconds(config.authorized_ttl_seconds()),
                Duration.ofSeconds(config.unauthorized_ttl_seconds()),
                onFailure(config.failure_policy()),
                clock);
        if (!config.match_conditions().isEmpty()) {
            throw new IllegalArgumentException(
                    "match.conditions: CEL expressions are not supported here; remove them");
        }
    }

    AccessReviews(Webhook webhook, Duration yes, Duration no, Verdict onFailure, Clock clock) {
        this.webhook = webhook;
        this.yes = yes;
        this.no = no;
        this.onFailure = onFailure;
        this.known = new Remembered<>(MOST_REMEMBERED, clock);
    }

    private static Verdict onFailure(String policy) {
        return switch (policy) {
            case "NoOpinion" -> Verdict.NO_OPINION;
            case "Deny" -> Verdict.DENY;
            default ->
                    throw new IllegalArgumentException(
                            "failure.policy must be NoOpinion or Deny, not " + policy);
        };
    }

    @Override
    public Decision authorize(Attributes attributes) {
        ObjectNode review = Json.object();
        review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SubjectAccessReview");
        spec(attributes, review.putObject("spec"));
        byte[] question = Json.bytes(review);
        if (question.length > LARGEST_REMEMBERED) {
            return ask(review, "");
        }
        String key = Digest.of(question);
        return known.get(key).orElseGet(() -> ask(review, key));
    }

    @Override
    public Optional<String> unresolved(UserInfo user) {
        return Optional.of("webhook authorizer does not support user rule resolution");
    }

    private Decision ask(ObjectNode review, String key) {
        try {
            Decision decision = decision(webhook.review(review).path("status"));
            if (!key.isEmpty()) {
                known.put(key, decision, decision.verdict() == Verdict.ALLOW ? yes : no);
            }
            return decision;
        } catch (IOException e) {
            LOG.warn("The authorization webhook gave no answer: {}", e.getMessage());
            return new Decision(onFailure, "the authorization webhook gave no answer");
        }
    }

    private static Decision decision(JsonNode status) throws IOException {
        boolean allowed = status.path("allowed").asBoolean();
        boolean denied = status.path("denied").asBoolean();
        String reason = status.path("reason").asText("");
        if (allowed && denied) {
            throw new IOException(
                    "webhook subject access review returned both allow and deny response");
        }
        if (denied) {
            return new Decision(Verdict.DENY, reason);
        }
        return new Decision(allowed ? Verdict.ALLOW : Verdict.NO_OPINION, reason);
    }

    private static void spec(Attributes asked, ObjectNode spec) {
        UserInfo user = asked.user();
        if (asked.isResource()) {
            ObjectNode resource = spec.putObject("resourceAttributes");
            put(resource, "namespace", asked.namespace());
            put(resource, "verb", asked.verb());
            put(resource, "group", asked.group());
            put(resource, "version", asked.version());
            put(resource, "resource", asked.resource());
            put(resource, "subresource", asked.subresource());
            put(resource, "name", asked.name());
            fields(asked.fieldSelector(), resource);
            if (!asked.labelSelector().isEmpty()) {
                resource.putObject("labelSelector").put("rawSelector", asked.labelSelector());
            }
        } else {
            ObjectNode path = spec.putObject("nonResourceAttributes");
            put(path, "path", asked.path());
            put(path, "verb", asked.verb());
        }
        put(spec, "user", user.name());
        put(spec, "uid", user.uid());
        user.groups().forEach(spec.putArray("groups")::add);
        if (!user.extra().isEmpty()) {
            ObjectNode extra = spec.putObject("extra");
            for (Map.Entry<String, List<String>> one : new TreeMap<>(user.extra()).entrySet()) {
                one.getValue().forEach(extra.putArray(one.getKey())::add);
            }
        }
    }

    private static void fields(String selector, ObjectNode resource) {
        if (selector.isEmpty()) {
            return;
        }
        try {
            ArrayNode requirements = resource.putObject("fieldSelector").putArray("requirements");
            for (FieldSelector.Term term : FieldSelector.parse(selector).terms()) {
                ObjectNode one = requirements.addObject();
                one.put("key", term.field()).put("operator", term.equal() ? "In" : "NotIn");
                one.putArray("values").add(term.value());
            }
        } catch (IllegalArgumentException e) {
            // Without it more is asked for, so nothing is allowed that should not be.
            resource.remove("fieldSelector");
        }
    }

    private static void put(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }
}
