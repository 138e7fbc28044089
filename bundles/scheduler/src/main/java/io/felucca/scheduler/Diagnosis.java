package io.felucca.scheduler;

import io.felucca.scheduler.api.Verdict;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Why no node could take a pod: gathered node by node, then told in upstream's words. */
final class Diagnosis {
    private final int allNodes;
    private final boolean keepVerdicts;
    private final Map<String, Integer> reasons = new HashMap<>();
    private final Map<String, Verdict> verdicts = new LinkedHashMap<>();
    private final Set<String> rejectedBy = new TreeSet<>();
    private Verdict last;
    private int lastCount;
    private String before = "";
    private String after = "";

    /**
     * @param keepVerdicts whether someone will want them node by node
     */
    Diagnosis(int allNodes, boolean keepVerdicts) {
        this.allNodes = allNodes;
        this.keepVerdicts = keepVerdicts;
    }

    void reject(String node, Verdict verdict, String plugin) {
        rejectedBy.add(plugin);
        if (keepVerdicts) {
            verdicts.put(node, verdict);
        }
        // Most neighbours are refused for one shared reason: count those without looking it up.
        if (verdict.equals(last)) {
            lastCount++;
            return;
        }
        settle();
        last = verdict;
        lastCount = 1;
    }

    private void settle() {
        if (last != null) {
            last.reasons().forEach(reason -> reasons.merge(reason, lastCount, Integer::sum));
            last = null;
        }
    }

    /** Refused before single nodes were looked at. */
    void rejectAll(String message, Set<String> plugins) {
        before = message;
        rejectedBy.addAll(plugins);
    }

    /** Nodes that were not looked at because of what plugins said about names. */
    void leftOut(int count, Set<String> plugins) {
        rejectedBy.addAll(plugins);
        if (count > 0) {
            reasons.merge("node(s) didn't satisfy plugin(s) " + list(plugins), count, Integer::sum);
        }
    }

    /** What {@code PostFilter} plugins said. */
    void append(String message) {
        after = message;
    }

    Set<String> rejectedBy() {
        return rejectedBy;
    }

    Map<String, Verdict> verdicts() {
        return verdicts;
    }

    static String list(Set<String> plugins) {
        return "[" + String.join(" ", new TreeSet<>(plugins)) + "]";
    }

    String message() {
        settle();
        StringBuilder text = new StringBuilder("0/" + allNodes + " nodes are available:");
        if (!before.isEmpty()) {
            text.append(' ').append(before).append('.');
        } else if (!reasons.isEmpty()) {
            Set<String> sorted = new TreeSet<>();
            reasons.forEach((reason, count) -> sorted.add(count + " " + reason));
            text.append(' ').append(String.join(", ", sorted)).append('.');
        }
        return after.isEmpty() ? text.toString() : text + " " + after;
    }
}
