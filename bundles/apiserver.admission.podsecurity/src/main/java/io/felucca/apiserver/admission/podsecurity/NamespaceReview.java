package io.felucca.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What is said when a namespace gets a stricter standard than its pods keep. */
final class NamespaceReview {
    private static final int MOST_PODS = 3000;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;

    NamespaceReview(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Warnings about the pods of a namespace; of a large one only about what a second suffices for.
     */
    List<String> warnings(String namespace, Standard standard, List<ObjectNode> pods) {
        Map<String, Set<String>> names = new TreeMap<>();
        long start = nanoTime.getAsLong();
        int checked = 0;
        for (ObjectNode pod : oneOfEachControllerFirst(pods)) {
            if (checked == MOST_PODS || nanoTime.getAsLong() - start > LONGEST_NANOS) {
                break;
            }
            checked++;
            List<Violation> violations = Checks.violations(standard, PodView.of(pod));
            if (!violations.isEmpty()) {
                names.computeIfAbsent(Violation.reasons(violations), reason -> new TreeSet<>())
                        .add(pod.path("metadata").path("name").asText());
            }
        }
        List<String> warnings = new ArrayList<>();
        if (checked < pods.size()) {
            warnings.add(
                    "new PodSecurity enforce level only checked against the first "
                            + checked
                            + " of "
                            + pods.size()
                            + " existing pods");
        }
        if (!names.isEmpty()) {
            warnings.add(
                    "existing pods in namespace \""
                            + namespace
                            + "\" violate the new PodSecurity enforce level \""
                            + standard
                            + '"');
        }
        Set<String> lines = new TreeSet<>();
        names.forEach((reason, who) -> lines.add(who(who) + ": " + reason));
        warnings.addAll(lines);
        return warnings;
    }

    private static String who(Set<String> names) {
        String first = names.iterator().next();
        return switch (names.size()) {
            case 1 -> first;
            case 2 -> first + " (and 1 other pod)";
            default -> first + " (and " + (names.size() - 1) + " other pods)";
        };
    }

    /** Since pods of one controller are alike, and not all may be looked at. */
    private static List<ObjectNode> oneOfEachControllerFirst(List<ObjectNode> pods) {
        List<ObjectNode> first = new ArrayList<>();
        List<ObjectNode> alike = new ArrayList<>();
        Set<String> controllers = new HashSet<>();
        for (ObjectNode pod : pods) {
            String controller = controller(pod);
            boolean isNew = controller.isEmpty() || controllers.add(controller);
            (isNew ? first : alike).add(pod);
        }
        first.addAll(alike);
        return first;
    }

    private static String controller(ObjectNode pod) {
        for (JsonNode owner : pod.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return owner.path("uid").asText();
            }
        }
        return "";
    }
}
