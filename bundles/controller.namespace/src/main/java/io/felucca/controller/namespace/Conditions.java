package io.felucca.controller.namespace;

import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Says in a namespace's conditions what keeps it; types, reasons and texts are upstream's. */
final class Conditions {
    private final List<NamespaceCondition> all;
    private final String now;

    private Conditions(List<NamespaceCondition> before, Instant now) {
        this.all = new ArrayList<>(before);
        this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Those that others wrote stay. */
    static List<NamespaceCondition> of(
            List<NamespaceCondition> before, Remains remains, Instant now) {
        Conditions conditions = new Conditions(before, now);
        conditions.discovery(remains);
        conditions.put(
                "NamespaceDeletionGroupVersionParsingFailure",
                false,
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed");
        conditions.content(remains);
        return conditions.all;
    }

    private void discovery(Remains remains) {
        List<String> failures = remains.discoveryFailures();
        put(
                "NamespaceDeletionDiscoveryFailure",
                !failures.isEmpty(),
                failures.isEmpty() ? "ResourcesDiscovered" : "DiscoveryFailed",
                failures.isEmpty()
                        ? "All resources successfully discovered"
                        : "Discovery failed for some groups, "
                                + failures.size()
                                + " failing: unable to retrieve the complete list of server APIs: "
                                + String.join(", ", failures));
    }

    private void content(Remains remains) {
        List<String> failures = remains.contentFailures();
        put(
                "NamespaceDeletionContentFailure",
                !failures.isEmpty(),
                failures.isEmpty() ? "ContentDeleted" : "ContentDeletionFailed",
                failures.isEmpty()
                        ? "All content successfully deleted, may be waiting on finalization"
                        : "Failed to delete all resource types, "
                                + failures.size()
                                + " remaining: "
                                + String.join(", ", failures));
        boolean resources = !remains.resources().isEmpty();
        put(
                "NamespaceContentRemaining",
                resources,
                resources ? "SomeResourcesRemain" : "ContentRemoved",
                resources
                        ? "Some resources are remaining: "
                                + remains.resources().entrySet().stream()
                                        .map(
                                                one ->
                                                        one.getKey()
                                                                + " has "
                                                                + one.getValue()
                                                                + " resource instances")
                                        .collect(Collectors.joining(", "))
                        : "All content successfully removed");
        boolean finalizers = !remains.finalizers().isEmpty();
        put(
                "NamespaceFinalizersRemaining",
                finalizers,
                finalizers ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
                finalizers
                        ? "Some content in the namespace has finalizers remaining: "
                                + remains.finalizers().entrySet().stream()
                                        .map(
                                                one ->
                                                        one.getKey()
                                                                + " in "
                                                                + one.getValue()
                                                                + " resource instances")
                                        .collect(Collectors.joining(", "))
                        : "All content-preserving finalizers finished");
    }

    private void put(String type, boolean holds, String reason, String message) {
        String status = holds ? "True" : "False";
        for (NamespaceCondition one : all) {
            if (one.getType().equals(type)
                    && status.equals(one.getStatus())
                    && Objects.equals(reason, one.getReason())
                    && Objects.equals(message, one.getMessage())) {
                return;
            }
        }
        all.removeIf(one -> one.getType().equals(type));
        all.add(
                new NamespaceConditionBuilder()
                        .withType(type)
                        .withStatus(status)
                        .withReason(reason)
                        .withMessage(message)
                        .withLastTransitionTime(now)
                        .build());
    }
}
