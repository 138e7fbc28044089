package io.felucca.machinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The API's {@code Status}, as sent for every failure.
 *
 * @param code the HTTP code; usually the reason's
 * @param reason upstream's reason
 * @param details what it is about; null where there is nothing to say
 * @param word the reason as it stands on the wire: the reason's name, a word that a webhook made up
 *     itself, or empty
 */
public record Status(int code, StatusReason reason, String message, Details details, String word) {

    /**
     * @param name of the object, or empty
     * @param kind the resource (plural) or kind, as upstream fills it for the reason
     * @param retryAfterSeconds 0 for no advice
     */
    public record Details(
            String name,
            String group,
            String kind,
            String uid,
            List<StatusCause> causes,
            int retryAfterSeconds) {
        public Details {
            causes = List.copyOf(causes);
        }
    }

    public Status {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(word, "word");
    }

    public Status(int code, StatusReason reason, String message, Details details) {
        this(code, reason, message, details, reason.name());
    }

    public ObjectNode toJson() {
        ObjectNode status = Json.object();
        status.put("kind", "Status");
        status.put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure");
        status.put("message", message);
        putUnlessEmpty(status, "reason", word);
        if (details != null) {
            detailsInto(status.putObject("details"));
        }
        status.put("code", code);
        return status;
    }

    private void detailsInto(ObjectNode json) {
        putUnlessEmpty(json, "name", details.name());
        putUnlessEmpty(json, "group", details.group());
        putUnlessEmpty(json, "kind", details.kind());
        putUnlessEmpty(json, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            ArrayNode causes = json.putArray("causes");
            for (StatusCause cause : details.causes()) {
                ObjectNode one = causes.addObject();
                putUnlessEmpty(one, "reason", cause.reason());
                putUnlessEmpty(one, "message", cause.message());
                putUnlessEmpty(one, "field", cause.field());
            }
        }
        if (details.retryAfterSeconds() > 0) {
            json.put("retryAfterSeconds", details.retryAfterSeconds());
        }
    }

    /** Reads what {@link #toJson} wrote, or what another server sent. */
    public static Status fromJson(JsonNode json) {
        JsonNode details = json.path("details");
        List<StatusCause> causes = new ArrayList<>();
        for (JsonNode cause : details.path("causes")) {
            causes.add(
                    new StatusCause(
                            cause.path("reason").asText(),
                            cause.path("message").asText(),
                            cause.path("field").asText()));
        }
        return new Status(
                json.path("code").asInt(500),
                reason(json.path("reason").asText(), json.path("code").asInt(500)),
                json.path("message").asText(),
                details.isMissingNode()
                        ? null
                        : new Details(
                                details.path("name").asText(),
                                details.path("group").asText(),
                                details.path("kind").asText(),
                                details.path("uid").asText(),
                                causes,
                                details.path("retryAfterSeconds").asInt()),
                json.path("reason").asText(""));
    }

    private static StatusReason reason(String name, int code) {
        StatusReason sameCode = StatusReason.InternalError;
        for (StatusReason reason : StatusReason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
            if (reason.code() == code) {
                sameCode = reason;
            }
        }
        return sameCode;
    }

    private static void putUnlessEmpty(ObjectNode json, String name, String value) {
        if (value != null && !value.isEmpty()) {
            json.put(name, value);
        }
    }
}
