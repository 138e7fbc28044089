package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** An AdmissionReview of admission.k8s.io: the question, and what a right answer is. */
record Review(String webhook, String version, String uid) {
    private static final String GROUP = "admission.k8s.io/";
    private static final String KIND = "AdmissionReview";

    /** The first of a webhook's versions that is known here. */
    static String version(JsonNode versions) {
        for (JsonNode one : versions) {
            if (one.asText().equals("v1") || one.asText().equals("v1beta1")) {
                return one.asText();
            }
        }
        return "v1";
    }

    /**
     * @param json the AdmissionRequest without its objects, which is completed by this
     */
    ObjectNode request(ObjectNode json, ObjectNode object, ObjectNode old) {
        ObjectNode review = Json.object();
        review.put("kind", KIND).put("apiVersion", GROUP + version);
        ObjectNode request = review.putObject("request");
        request.put("uid", uid);
        request.setAll(json);
        request.set("object", object);
        request.set("oldObject", old);
        return review;
    }

    /**
     * An answer whose form is right.
     *
     * @param patch JSON, or empty
     */
    record Response(String webhook, JsonNode json, String patch) {

        /** Passes on what the webhook says beside its decision. */
        void tell(Request request) {
            for (Map.Entry<String, JsonNode> one : json.path("auditAnnotations").properties()) {
                request.annotations().accept(webhook + "/" + one.getKey(), one.getValue().asText());
            }
            for (JsonNode warning : json.path("warnings")) {
                request.warnings().add(warning.asText());
            }
        }

        boolean isAllowed() {
            return json.path("allowed").asBoolean();
        }

        /** The refusal, in upstream's words and with no code that means success. */
        ApiException refusal() {
            JsonNode said = json.path("status");
            String denied = "admission webhook \"" + webhook + "\" denied the request";
            Status status = Status.fromJson(said);
            String message;
            if (!status.message().isEmpty()) {
                message = denied + ": " + status.message();
            } else if (!status.word().isEmpty()) {
                message = denied + ": " + status.word();
            } else {
                message = denied + " without explanation";
            }
            int code = Math.max(StatusReason.BadRequest.code(), said.path("code").asInt(0));
            return new ApiException(
                    new Status(code, status.reason(), message, status.details(), status.word()));
        }
    }

    Response response(CompletableFuture<byte[]> answer, boolean mutates) throws CallException {
        try {
            JsonNode review = Json.mapper().readTree(answer.get());
            return checked(review == null ? Json.object() : review, mutates);
        } catch (ExecutionException e) {
            String why = e.getCause().getMessage();
            throw new CallException(webhook, "failed to call webhook: " + why);
        } catch (IOException e) {
            throw new CallException(
                    webhook, "failed to call webhook: the answer is no JSON: " + e.getMessage());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is being replaced", 1);
        }
    }

    private Response checked(JsonNode review, boolean mutates) throws CallException {
        JsonNode response = review.path("response");
        if (!response.isObject()) {
            throw invalid("webhook response was absent");
        }
        boolean hasPatch = !response.path("patch").asText("").isEmpty();
        boolean hasType = response.hasNonNull("patchType");
        // The older version never asked for these.
        if (version.equals("v1")) {
            checkIdentity(review, response);
            if (mutates) {
                checkPatch(response, hasPatch, hasType);
            } else if (hasPatch) {
                throw invalid("validating webhook may not return response.patch");
            } else if (hasType) {
                throw invalid("validating webhook may not return response.patchType");
            }
        }
        return new Response(webhook, response, patch(response, mutates && hasPatch));
    }

    private void checkIdentity(JsonNode review, JsonNode response) throws CallException {
        String other = response.path("uid").asText("");
        if (!other.equals(uid)) {
            throw invalid("expected response.uid=\"" + uid + "\", got \"" + other + "\"");
        }
        String apiVersion = review.path("apiVersion").asText("");
        String kind = review.path("kind").asText("");
        if (!apiVersion.equals(GROUP + version) || !kind.equals(KIND)) {
            throw invalid(
                    "expected webhook response of "
                            + GROUP
                            + version
                            + ", Kind="
                            + KIND
                            + ", got "
                            + apiVersion
                            + ", Kind="
                            + kind);
        }
    }

    private void checkPatch(JsonNode response, boolean hasPatch, boolean hasType)
            throws CallException {
        if (hasPatch && !hasType) {
            throw invalid("webhook returned response.patch but not response.patchType");
        }
        if (!hasPatch && hasType) {
            throw invalid("webhook returned response.patchType but not response.patch");
        }
        String type = response.path("patchType").asText("");
        if (hasType && !type.equals("JSONPatch")) {
            throw invalid(
                    type.isEmpty()
                            ? "webhook returned invalid response.patchType of \"\""
                            : "unsupported patch type \"" + type + "\"");
        }
    }

    private String patch(JsonNode response, boolean wanted) throws CallException {
        try {
            return wanted
                    ? new String(
                            Base64.getDecoder().decode(response.path("patch").asText()),
                            StandardCharsets.UTF_8)
                    : "";
        } catch (IllegalArgumentException e) {
            throw invalid("response.patch is not base64: " + e.getMessage());
        }
    }

    private CallException invalid(String why) {
        return new CallException(webhook, "received invalid webhook response: " + why);
    }
}
