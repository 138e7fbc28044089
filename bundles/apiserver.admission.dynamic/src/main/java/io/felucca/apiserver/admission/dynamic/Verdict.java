package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusCause;
import io.felucca.machinery.StatusReason;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What all policies say of one request: the first denial refuses it, once all were heard. For one
 * thread.
 */
final class Verdict {
    private static final String FAILURE = "validation.policy.admission.k8s.io/validation_failure";

    private final Request request;
    private final ArrayNode audited = Json.mapper().createArrayNode();
    private final Map<String, Set<String>> annotations = new LinkedHashMap<>();
    private ApiException denial;

    Verdict(Request request) {
        this.request = request;
    }

    /** Collects for one policy with one binding. */
    Policy.Findings of(Policy policy, Binding binding) {
        return new Policy.Findings() {
            @Override
            public void failed(int index, String message, String reason) {
                if (binding.denies()) {
                    deny(policy, binding, message, reason);
                }
                if (binding.audits()) {
                    audit(policy, binding, index, message);
                }
                if (binding.warns()) {
                    request.warnings()
                            .add(
                                    "Validation failed for ValidatingAdmissionPolicy '"
                                            + policy.name()
                                            + "' with binding '"
                                            + binding.name()
                                            + "': "
                                            + message);
                }
            }

            @Override
            public void refused(String message) {
                deny(policy, binding, message, "");
            }

            @Override
            public void annotation(String key, String value) {
                annotations.computeIfAbsent(key, unused -> new LinkedHashSet<>()).add(value);
            }
        };
    }

    /** A binding that can't be used refuses, unless failures are to be ignored. */
    void misconfigured(Policy policy, Binding binding, String why) {
        if (!policy.ignoresFailures()) {
            deny(policy, binding, "failed to configure binding: " + why, "");
        }
    }

    private void deny(Policy policy, Binding binding, String message, String reason) {
        if (denial != null) {
            return;
        }
        String words =
                "ValidatingAdmissionPolicy '"
                        + policy.name()
                        + "' with binding '"
                        + binding.name()
                        + "' denied request: "
                        + message;
        StatusReason known = reason.isEmpty() ? StatusReason.Invalid : StatusReason.valueOf(reason);
        Status plain = request.forbidden(words).status();
        Status.Details details = plain.details();
        denial =
                new ApiException(
                        new Status(
                                known.code(),
                                known,
                                plain.message(),
                                new Status.Details(
                                        details.name(),
                                        details.group(),
                                        details.kind(),
                                        "",
                                        List.of(new StatusCause("", words, "")),
                                        0)));
    }

    private void audit(Policy policy, Binding binding, int index, String message) {
        ObjectNode one = audited.addObject();
        one.put("message", message);
        one.put("policy", policy.name());
        one.put("binding", binding.name());
        one.put("expressionIndex", index);
        ArrayNode actions = one.putArray("validationActions");
        if (binding.denies()) {
            actions.add("Deny");
        }
        if (binding.warns()) {
            actions.add("Warn");
        }
        actions.add("Audit");
    }

    /** Writes into the audit what there is, and refuses if anything denied. */
    void tell() {
        annotations.forEach(
                (key, values) -> request.annotations().accept(key, String.join(", ", values)));
        if (!audited.isEmpty()) {
            request.annotations().accept(FAILURE, audited.toString());
        }
        if (denial != null) {
            throw denial;
        }
    }
}
