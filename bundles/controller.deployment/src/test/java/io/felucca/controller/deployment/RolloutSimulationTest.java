package io.felucca.controller.deployment;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.felucca.controller.api.Pods;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rollouts with the controllers and the nodes at work in random order. At no step are there fewer
 * available pods than wanted − maxUnavailable, or more pods than wanted + maxSurge.
 */
class RolloutSimulationTest {
    private static final int MOST_STEPS = 4000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyRolloutEndsAndKeepsItsBounds(long seed) {
        Random random = new Random(seed);
        int wanted = 1 + random.nextInt(8);
        int surge = random.nextInt(4);
        int unavailable = surge == 0 ? 1 + random.nextInt(3) : random.nextInt(3);
        Rollout web = new Rollout(wanted, Rollout.rolling(surge, unavailable));
        web.settle(true);
        for (int version = 2; version <= 4; version++) {
            web.image("v" + version);
            run(web, random, wanted + surge, wanted - unavailable, "seed " + seed);
            if (random.nextBoolean()) {
                // Changed again half way.
                web.image("v" + version + "b");
                run(web, random, wanted + surge, wanted - unavailable, "seed " + seed);
            }
        }
    }

    private static void run(Rollout web, Random random, int most, int least, String seed) {
        int steps = random.nextBoolean() ? random.nextInt(60) : MOST_STEPS;
        for (int step = 0; step < steps && !isDone(web); step++) {
            step(web, random);
            String now = seed + ", step " + step + ": ";
            assertTrue(web.pods().size() <= most, now + web.pods().size() + " pods > " + most);
            assertTrue(web.available() >= least, now + web.available() + " available < " + least);
        }
        assertTrue(steps < MOST_STEPS || isDone(web), seed + " does not end");
    }

    private static void step(Rollout web, Random random) {
        List<Pod> starting = web.pods().stream().filter(pod -> !Pods.isReady(pod)).toList();
        List<ReplicaSet> sets = web.sets();
        int choice = random.nextInt(3);
        if (choice == 0 && !starting.isEmpty()) {
            web.ready(starting.get(random.nextInt(starting.size())));
        } else if (choice == 1 && !sets.isEmpty()) {
            web.reconcileSet(sets.get(random.nextInt(sets.size())));
        } else {
            web.reconcileDeployment();
        }
    }

    private static boolean isDone(Rollout web) {
        Integer wanted = web.deployment().getSpec().getReplicas();
        return web.deployment()
                        .getMetadata()
                        .getGeneration()
                        .equals(web.deployment().getStatus().getObservedGeneration())
                && wanted.equals(web.deployment().getStatus().getUpdatedReplicas())
                && wanted.equals(web.deployment().getStatus().getReplicas())
                && wanted.equals(web.deployment().getStatus().getAvailableReplicas())
                && "True NewReplicaSetAvailable".equals(web.condition("Progressing"));
    }
}
