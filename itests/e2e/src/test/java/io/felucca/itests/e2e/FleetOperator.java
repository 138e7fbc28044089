package io.felucca.itests.e2e;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * An operator as people write it with fabric8's client: informers, a queue, owned objects, a status
 * with a condition, a finalizer, and leader election. A ship is a ConfigMap.
 */
final class FleetOperator implements AutoCloseable {
    static final String FINALIZER = "harbour.example.com/moored";
    private static final String FLEET = "harbour.example.com/fleet";
    private static final int RETRY_MILLIS = 100;

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final ScheduledExecutorService queue = Executors.newSingleThreadScheduledExecutor();
    private final List<String> moored = new CopyOnWriteArrayList<>();
    private final CompletableFuture<?> election;
    private volatile SharedIndexInformer<Fleet> fleets;
    private volatile SharedIndexInformer<ConfigMap> ships;

    FleetOperator(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        election =
                client.leaderElector()
                        .withConfig(
                                new LeaderElectionConfigBuilder()
                                        .withName(name)
                                        .withLock(new LeaseLock(namespace, "fleet-operator", name))
                                        .withLeaseDuration(Duration.ofSeconds(15))
                                        .withRenewDeadline(Duration.ofSeconds(10))
                                        .withRetryPeriod(Duration.ofMillis(200))
                                        .withReleaseOnCancel()
                                        .withLeaderCallbacks(
                                                new LeaderCallbacks(
                                                        this::lead, this::stop, holder -> {}))
                                        .build())
                        .build()
                        .start();
    }

    String name() {
        return name;
    }

    boolean leads() {
        return ships != null;
    }

    /** The fleets that it has cleaned up after. */
    List<String> moored() {
        return moored;
    }

    private void lead() {
        fleets =
                client.resources(Fleet.class)
                        .inNamespace(namespace)
                        .inform(new Changes<>(fleet -> fleet.getMetadata().getName()));
        ships =
                client.configMaps()
                        .inNamespace(namespace)
                        .withLabel(FLEET)
                        .inform(new Changes<>(ship -> ship.getMetadata().getLabels().get(FLEET)));
    }

    private void stop() {
        queue.shutdownNow();
        if (fleets != null) {
            fleets.close();
        }
        if (ships != null) {
            ships.close();
        }
    }

    @Override
    public void close() {
        election.cancel(true);
        stop();
    }

    /** Queues the fleet that something has happened to. */
    private final class Changes<T> implements ResourceEventHandler<T> {
        private final java.util.function.Function<T, String> fleetOf;

        Changes(java.util.function.Function<T, String> fleetOf) {
            this.fleetOf = fleetOf;
        }

        @Override
        public void onAdd(T added) {
            enqueue(fleetOf.apply(added), 0);
        }

        @Override
        public void onUpdate(T old, T updated) {
            enqueue(fleetOf.apply(updated), 0);
        }

        @Override
        public void onDelete(T deleted, boolean finalStateUnknown) {
            enqueue(fleetOf.apply(deleted), 0);
        }
    }

    private void enqueue(String fleet, int delayMillis) {
        try {
            ScheduledFuture<?> unused =
                    queue.schedule(() -> work(fleet), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // It leads no more.
            return;
        }
    }

    private void work(String fleet) {
        try {
            reconcile(fleet);
        } catch (KubernetesClientException e) {
            // Somebody else was faster, or the informers are behind; whatever it is, once more.
            enqueue(fleet, RETRY_MILLIS);
        }
    }

    private void reconcile(String fleetName) {
        Fleet fleet =
                client.resources(Fleet.class).inNamespace(namespace).withName(fleetName).get();
        if (fleet == null) {
            return;
        }
        boolean finalizes = fleet.getMetadata().getFinalizers().contains(FINALIZER);
        if (fleet.isMarkedForDeletion()) {
            if (finalizes) {
                moored.add(fleetName);
                fleet.removeFinalizer(FINALIZER);
                Fleet unused = client.resource(fleet).lockResourceVersion().update();
            }
            return;
        }
        if (!finalizes) {
            fleet.addFinalizer(FINALIZER);
            fleet = client.resource(fleet).lockResourceVersion().update();
        }
        int afloat = sail(fleet);
        status(fleet, afloat);
    }

    /** Makes and takes away ships until there are as many as wanted. */
    private int sail(Fleet fleet) {
        String fleetName = fleet.getMetadata().getName();
        List<ConfigMap> there =
                client.configMaps()
                        .inNamespace(namespace)
                        .withLabel(FLEET, fleetName)
                        .list()
                        .getItems();
        for (ConfigMap ship : there) {
            String number = ship.getData().get("number");
            if (Integer.parseInt(number) >= fleet.getSpec().ships) {
                client.resource(ship).delete();
            }
        }
        for (int i = 0; i < fleet.getSpec().ships; i++) {
            String number = Integer.toString(i);
            if (there.stream().noneMatch(ship -> ship.getData().get("number").equals(number))) {
                ConfigMap unused = client.resource(ship(fleet, number)).create();
            }
        }
        return fleet.getSpec().ships;
    }

    private ConfigMap ship(Fleet fleet, String number) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(fleet.getMetadata().getName() + "-" + number)
                .withNamespace(namespace)
                .addToLabels(FLEET, fleet.getMetadata().getName())
                .addNewOwnerReference()
                .withApiVersion(fleet.getApiVersion())
                .withKind(fleet.getKind())
                .withName(fleet.getMetadata().getName())
                .withUid(fleet.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .endOwnerReference()
                .endMetadata()
                .withData(Map.of("number", number, "operator", name))
                .build();
    }

    private void status(Fleet fleet, int afloat) {
        long generation = fleet.getMetadata().getGeneration();
        Fleet.State now = fleet.getStatus();
        if (now != null && now.ships == afloat && now.observedGeneration == generation) {
            return;
        }
        Fleet.State state = new Fleet.State();
        state.ships = afloat;
        state.selector = FLEET + "=" + fleet.getMetadata().getName();
        state.observedGeneration = generation;
        state.conditions =
                List.of(
                        new ConditionBuilder()
                                .withType("Ready")
                                .withStatus("True")
                                .withReason("Sailing")
                                .withMessage(afloat + " ships")
                                .withObservedGeneration(generation)
                                .withLastTransitionTime(
                                        Clock.systemUTC()
                                                .instant()
                                                .truncatedTo(ChronoUnit.SECONDS)
                                                .toString())
                                .build());
        fleet.setStatus(state);
        Fleet unused = client.resource(fleet).lockResourceVersion().updateStatus();
    }
}
