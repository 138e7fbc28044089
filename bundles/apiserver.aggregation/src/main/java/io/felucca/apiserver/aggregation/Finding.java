package io.felucca.apiserver.aggregation;

import io.fabric8.kubernetes.api.model.APIServiceCondition;

/**
 * What was found out about an APIService's availability; reasons and texts are upstream's.
 *
 * @param status {@code True}, {@code False} or {@code Unknown}
 */
record Finding(String status, String reason, String message) {
    static final String FAILED_CHECK = "FailedDiscoveryCheck";

    static final Finding LOCAL =
            new Finding("True", "Local", "Local APIServices are always available");
    static final Finding PASSED = new Finding("True", "Passed", "all checks passed");

    static Finding unavailable(String reason, String message) {
        return new Finding("False", reason, message);
    }

    boolean equalTo(APIServiceCondition condition) {
        return status.equals(condition.getStatus())
                && reason.equals(condition.getReason())
                && message.equals(condition.getMessage());
    }
}
