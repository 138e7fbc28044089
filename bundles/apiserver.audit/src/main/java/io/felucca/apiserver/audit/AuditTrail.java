package io.felucca.apiserver.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Auditor.Asked;
import io.felucca.apiserver.api.Auditor.Trail;
import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One request's events. Calls come from several threads, never at once. */
final class AuditTrail implements Trail {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401;

    private final AuditPolicy.Choice choice;
    private final Clock clock;
    private final Consumer<byte[]> out;
    private final ObjectNode event = Json.object();
    private volatile Decision decision;

    AuditTrail(Asked asked, AuditPolicy.Choice choice, Clock clock, Consumer<byte[]> out) {
        this.choice = choice;
        this.clock = clock;
        this.out = out;
        event.put("kind", "Event").put("apiVersion", "audit.k8s.io/v1");
        event.put("level", choice.level().text());
        event.put("auditID", asked.auditId());
        event.put("stage", "");
        event.put("requestURI", asked.uri());
        event.put("verb", asked.verb());
        user(asked.user(), event.putObject("user"));
        asked.impersonated().ifPresent(as -> user(as, event.putObject("impersonatedUser")));
        asked.sourceIps().forEach(event.putArray("sourceIPs")::add);
        put(event, "userAgent", asked.userAgent());
        asked.resource()
                .ifPresent(
                        resource -> {
                            ObjectNode ref = event.putObject("objectRef");
                            ref.put("resource", resource.resource());
                            put(ref, "namespace", asked.namespace());
                            put(ref, "name", asked.name());
                            put(ref, "apiGroup", resource.group());
                            ref.put("apiVersion", resource.version());
                            put(ref, "subresource", asked.subresource());
                        });
        event.put("requestReceivedTimestamp", stamp(clock.instant()));
        emit("RequestReceived");
    }

    @Override
    public boolean keepsRequest() {
        return choice.level().compareTo(Level.REQUEST) >= 0;
    }

    @Override
    public boolean keepsResponse() {
        return choice.level() == Level.REQUEST_RESPONSE;
    }

    @Override
    public void decided(Decision made) {
        // The last one counts: before it came those about whom the user acts as.
        decision = made;
    }

    @Override
    public synchronized void annotate(String key, String value) {
        event.withObject("/annotations").put(key, value);
    }

    @Override
    public void request(byte[] json) {
        attach("requestObject", json);
    }

    @Override
    public void started(int status) {
        answer(status);
        emit("ResponseStarted");
    }

    @Override
    public void complete(int status, byte[] body) {
        answer(status);
        if (keepsResponse() && body.length > 0) {
            attach("responseObject", body);
            refuse(event.path("responseObject"));
        }
        emit("ResponseComplete");
    }

    private synchronized void answer(int status) {
        ObjectNode answered = event.putObject("responseStatus");
        answered.putObject("metadata");
        answered.put("code", status);
        if (status != UNAUTHORIZED) {
            ObjectNode annotations = event.withObject("/annotations");
            Decision made = decision;
            boolean allowed = made == null ? status != FORBIDDEN : made.verdict() == Verdict.ALLOW;
            annotations.put("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
            annotations.put("authorization.k8s.io/reason", made == null ? "" : made.reason());
        }
    }

    /** A failure's own words belong to the status too. */
    private synchronized void refuse(JsonNode answer) {
        if (answer.path("kind").asText("").equals("Status")) {
            ObjectNode answered = (ObjectNode) event.get("responseStatus");
            for (String field : List.of("status", "message", "reason")) {
                if (answer.hasNonNull(field)) {
                    answered.set(field, answer.get(field));
                }
            }
        }
    }

    private synchronized void attach(String field, byte[] json) {
        try {
            JsonNode object = Json.mapper().readTree(json);
            if (choice.omitManagedFields()) {
                withoutManagedFields(object);
            }
            event.set(field, object);
        } catch (IOException e) {
            // The server will refuse it, which is on record; what can't be read is no object.
            event.remove(field);
        }
    }

    private static void withoutManagedFields(JsonNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        object.path("items").forEach(AuditTrail::withoutManagedFields);
    }

    private synchronized void emit(String stage) {
        if (choice.omitStages().contains(stage)) {
            return;
        }
        event.put("stage", stage);
        event.put("stageTimestamp", stamp(clock.instant()));
        out.accept(Json.bytes(event));
    }

    private static void user(UserInfo user, ObjectNode json) {
        put(json, "username", user.name());
        put(json, "uid", user.uid());
        if (!user.groups().isEmpty()) {
            user.groups().forEach(json.putArray("groups")::add);
        }
        if (!user.extra().isEmpty()) {
            ObjectNode extra = json.putObject("extra");
            for (Map.Entry<String, List<String>> one : new TreeMap<>(user.extra()).entrySet()) {
                one.getValue().forEach(extra.putArray(one.getKey())::add);
            }
        }
    }

    private static void put(ObjectNode json, String field, String value) {
        if (!value.isEmpty()) {
            json.put(field, value);
        }
    }

    private static String stamp(Instant instant) {
        return MICROS.format(instant);
    }
}
