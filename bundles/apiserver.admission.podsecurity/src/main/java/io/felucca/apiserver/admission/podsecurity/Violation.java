package io.felucca.apiserver.admission.podsecurity;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that a pod does and must not do.
 *
 * @param reason in few words, the same for all pods that do it
 * @param detail which containers or volumes it is
 */
record Violation(String reason, String detail) {
    static String reasons(List<Violation> violations) {
        return violations.stream().map(Violation::reason).collect(Collectors.joining(", "));
    }

    static String details(List<Violation> violations) {
        return violations.stream()
                .map(one -> one.reason + " (" + one.detail + ")")
                .collect(Collectors.joining(", "));
    }
}
