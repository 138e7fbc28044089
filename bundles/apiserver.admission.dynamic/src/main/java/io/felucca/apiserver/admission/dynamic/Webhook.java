package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.admission.dynamic.RequestMatcher.Form;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Inputs;
import io.felucca.apiserver.api.AdmissionExpressions.Scope;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.WebhookClients;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One webhook of a configuration, ready to be called. Thread-safe. */
final class Webhook {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);

    private final String configuration;
    private final String name;
    private final RequestMatcher matcher;
    private final MatchConditions conditions;
    private final boolean ignoresFailures;
    private final boolean reinvoked;
    private final boolean hasSideEffects;
    private final Duration timeout;
    private final String version;
    private final JsonNode clientConfig;
    private final Parts parts;
    private volatile WebhookClients.Client client;

    /** A call on its way: the form in which the webhook sees the object, and its answer. */
    record Call(Webhook webhook, Form form, Review review, CompletableFuture<byte[]> answer) {
        /**
         * Waits for the answer.
         *
         * @throws CallException if there is none, or a wrong one
         */
        Review.Response response(boolean mutates) throws CallException {
            return review.response(answer, mutates);
        }
    }

    Webhook(String configuration, JsonNode webhook, Parts parts) {
        this.configuration = configuration;
        this.parts = parts;
        name = webhook.path("name").asText();
        matcher = RequestMatcher.ofWebhook(webhook);
        conditions =
                new MatchConditions(
                        webhook.path("matchConditions"), Scope.WEBHOOK, parts::expressions);
        ignoresFailures = webhook.path("failurePolicy").asText("Fail").equals("Ignore");
        reinvoked = webhook.path("reinvocationPolicy").asText("Never").equals("IfNeeded");
        String effects = webhook.path("sideEffects").asText();
        hasSideEffects = !effects.equals("None") && !effects.equals("NoneOnDryRun");
        timeout = Duration.ofSeconds(webhook.path("timeoutSeconds").asInt(10));
        version = Review.version(webhook.path("admissionReviewVersions"));
        clientConfig = webhook.path("clientConfig");
    }

    String configuration() {
        return configuration;
    }

    String name() {
        return name;
    }

    boolean isReinvoked() {
        return reinvoked;
    }

    /** Sends the request; null if the webhook is not for it. */
    Call call(Request request) {
        Form form = matcher.match(request);
        if (form == null) {
            return null;
        }
        ObjectNode json = RequestJson.of(request, form);
        ObjectNode object = form.of(request.object());
        ObjectNode old = form.of(request.old());
        if (!conditionsHold(request, json, object, old)) {
            return null;
        }
        if (request.dryRun() && hasSideEffects) {
            throw ApiException.badRequest(
                    "admission webhook \"" + name + "\" does not support dry run");
        }
        Review review = new Review(name, version, UUID.randomUUID().toString());
        byte[] body = Json.bytes(review.request(json, object, old));
        WebhookClients.Client ready = client();
        return new Call(this, form, review, ready.post(body, timeout));
    }

    private boolean conditionsHold(
            Request request, ObjectNode json, ObjectNode object, ObjectNode old) {
        try {
            return conditions.hold(
                    () ->
                            new Inputs(
                                    object,
                                    old,
                                    json,
                                    null,
                                    null,
                                    request.user(),
                                    parts.authorizer()));
        } catch (ExpressionException e) {
            if (ignoresFailures) {
                LOG.debug("Webhook {} is not called: {}", name, e.getMessage());
                return false;
            }
            throw request.forbidden(e.getMessage());
        }
    }

    private WebhookClients.Client client() {
        WebhookClients.Client known = client;
        if (known == null) {
            known = parts.clients().client(clientConfig);
            client = known;
        }
        return known;
    }

    /**
     * What becomes of the request without an answer: it is refused, or goes on, of which the log
     * and the audit are told.
     */
    void failed(Request request, CallException failure, String annotation) {
        if (!ignoresFailures) {
            throw failure.toApi();
        }
        LOG.warn("Failed calling webhook, failing open {}: {}", name, failure.getMessage());
        request.annotations().accept(annotation, name);
    }
}
