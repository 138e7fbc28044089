package io.felucca.scheduler;

import io.felucca.scheduler.api.ClusterView;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Filter;
import io.felucca.scheduler.api.NodeInfo;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.PreFilter;
import io.felucca.scheduler.api.PreScore;
import io.felucca.scheduler.api.Score;
import io.felucca.scheduler.api.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Chooses a node for a pod: filters until enough nodes are found, scores those, and takes one of
 * the best. Remembers where it stopped, so that in time all nodes are looked at. Not thread-safe.
 */
final class NodeChoice {
    /** Below this many feasible nodes no sampling is done. */
    private static final int LEAST_NODES = 100;

    private static final int LEAST_PERCENTAGE = 5;

    private final RandomGenerator random;
    private final int percentage;
    private int start;

    /**
     * @param percentage of nodes that are found feasible before the search ends; 0 to let it depend
     *     on the size of the cluster
     */
    NodeChoice(RandomGenerator random, int percentage) {
        this.random = random;
        this.percentage = percentage;
    }

    /**
     * The outcome; exactly one of the three is there.
     *
     * @param error what broke
     */
    record Result(Optional<NodeInfo> node, Optional<Diagnosis> refused, Optional<String> error) {
        static Result chosen(NodeInfo node) {
            return new Result(Optional.of(node), Optional.empty(), Optional.empty());
        }

        static Result refused(Diagnosis why) {
            return new Result(Optional.empty(), Optional.of(why), Optional.empty());
        }

        static Result failed(String point, Plugin plugin, Verdict verdict) {
            return new Result(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Failures.running(point, plugin, verdict)));
        }
    }

    Result choose(PluginSet plugins, CycleState state, PodInfo pod) {
        ClusterView cluster = state.cluster();
        Diagnosis diagnosis = new Diagnosis(cluster.nodes().size(), !plugins.postFilters.isEmpty());
        Set<String> skipped = new HashSet<>();
        Set<String> narrowing = new TreeSet<>();
        Set<String> names = null;
        for (PreFilter plugin : plugins.preFilters) {
            PreFilter.Result result = plugin.preFilter(state, pod);
            Verdict verdict = result.verdict();
            if (verdict.rejected()) {
                diagnosis.rejectAll(verdict.message(), Set.of(plugin.name()));
                return Result.refused(diagnosis);
            }
            if (verdict.skipped()) {
                skipped.add(plugin.name());
            } else if (!verdict.succeeded()) {
                return Result.failed("PreFilter", plugin, verdict);
            }
            if (result.nodes().isPresent()) {
                narrowing.add(plugin.name());
                names = common(names, result.nodes().get());
            }
        }
        List<NodeInfo> candidates = names == null ? cluster.nodes() : named(cluster, names);
        diagnosis.leftOut(cluster.nodes().size() - candidates.size(), narrowing);
        List<Filter> filters =
                plugins.filters.stream().filter(one -> !skipped.contains(one.name())).toList();
        List<NodeInfo> feasible = new ArrayList<>();
        Optional<Result> broken = filter(filters, state, pod, candidates, feasible, diagnosis);
        if (broken.isPresent()) {
            return broken.get();
        }
        if (feasible.isEmpty()) {
            return Result.refused(diagnosis);
        }
        return feasible.size() == 1
                ? Result.chosen(feasible.get(0))
                : best(plugins, state, pod, feasible);
    }

    private static Set<String> common(Set<String> one, Set<String> other) {
        Set<String> both = new TreeSet<>(other);
        if (one != null) {
            both.retainAll(one);
        }
        return both;
    }

    private static List<NodeInfo> named(ClusterView cluster, Set<String> names) {
        return names.stream().flatMap(name -> cluster.node(name).stream()).toList();
    }

    private Optional<Result> filter(
            List<Filter> filters,
            CycleState state,
            PodInfo pod,
            List<NodeInfo> candidates,
            List<NodeInfo> feasible,
            Diagnosis diagnosis) {
        Filter[] each = filters.toArray(Filter[]::new);
        int count = candidates.size();
        int enough = enough(count);
        int looked = 0;
        int from = count == 0 ? 0 : start % count;
        while (looked < count && feasible.size() < enough) {
            int index = from + looked;
            NodeInfo node = candidates.get(index < count ? index : index - count);
            looked++;
            boolean fits = true;
            for (Filter filter : each) {
                Verdict verdict = filter.filter(state, pod, node);
                if (verdict.succeeded()) {
                    continue;
                }
                if (!verdict.rejected()) {
                    return Optional.of(Result.failed("Filter", filter, verdict));
                }
                diagnosis.reject(node.name(), verdict, filter.name());
                fits = false;
                break;
            }
            if (fits) {
                feasible.add(node);
            }
        }
        if (count == state.cluster().nodes().size() && count > 0) {
            start = (from + looked) % count;
        }
        return Optional.empty();
    }

    /** How many feasible nodes are enough: all of 100, half of a few hundred, 5 % of very many. */
    int enough(int nodes) {
        if (nodes < LEAST_NODES) {
            return nodes;
        }
        int share = percentage > 0 ? percentage : Math.max(LEAST_PERCENTAGE, 50 - nodes / 125);
        return share >= 100 ? nodes : Math.max(LEAST_NODES, (int) ((long) nodes * share / 100));
    }

    private Result best(PluginSet plugins, CycleState state, PodInfo pod, List<NodeInfo> feasible) {
        Set<String> skipped = new HashSet<>();
        for (PreScore plugin : plugins.preScores) {
            Verdict verdict = plugin.preScore(state, pod, feasible);
            if (verdict.skipped()) {
                skipped.add(plugin.name());
            } else if (!verdict.succeeded()) {
                return Result.failed("PreScore", plugin, verdict);
            }
        }
        long[] totals = new long[feasible.size()];
        for (Score plugin : plugins.scores) {
            if (!skipped.contains(plugin.name())) {
                add(totals, plugin, plugins.weight(plugin), state, pod, feasible);
            }
        }
        return Result.chosen(feasible.get(highest(totals)));
    }

    private static void add(
            long[] totals,
            Score plugin,
            int weight,
            CycleState state,
            PodInfo pod,
            List<NodeInfo> feasible) {
        long[] scores = new long[totals.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = plugin.score(state, pod, feasible.get(i));
        }
        plugin.normalize(state, pod, scores);
        for (int i = 0; i < scores.length; i++) {
            totals[i] += weight * scores[i];
        }
    }

    /** One of the highest, each as likely. */
    private int highest(long[] totals) {
        int best = 0;
        int equals = 1;
        for (int i = 1; i < totals.length; i++) {
            if (totals[i] > totals[best]) {
                best = i;
                equals = 1;
            } else if (totals[i] == totals[best]) {
                equals++;
                if (random.nextInt(equals) == 0) {
                    best = i;
                }
            }
        }
        return best;
    }
}
