package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Java program uses the cluster, by fabric8's client. */
@ExtendWith(Cluster.Resolver.class)
final class FabricClientTest {
    private final String namespace;
    private final KubernetesClient client;

    FabricClientTest(Cluster cluster) {
        namespace = cluster.newNamespace("fabric").namespace();
        File kubeconfig = cluster.home().resolve("admin.kubeconfig").toFile();
        Config config = Config.fromKubeconfig(kubeconfig);
        config.setNamespace(namespace);
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private ConfigMap configMap(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("of", "fabric")
                .endMetadata()
                .withData(Map.of("key", value))
                .build();
    }

    @Test
    void informerSeesEachChange() {
        List<String> seen = new CopyOnWriteArrayList<>();
        client.resource(configMap("before", "0")).create();
        ResourceEventHandler<ConfigMap> handler =
                new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(ConfigMap added) {
                        seen.add("added " + added.getMetadata().getName());
                    }

                    @Override
                    public void onUpdate(ConfigMap old, ConfigMap updated) {
                        seen.add(old.getData().get("key") + " to " + updated.getData().get("key"));
                    }

                    @Override
                    public void onDelete(ConfigMap deleted, boolean finalStateUnknown) {
                        seen.add("deleted " + deleted.getMetadata().getName());
                    }
                };
        try (SharedIndexInformer<ConfigMap> informer =
                client.configMaps().withLabel("of", "fabric").inform(handler)) {
            Eventually.is("the first is there", () -> seen.equals(List.of("added before")));
            client.resource(configMap("later", "1")).create();
            client.configMaps()
                    .withName("later")
                    .edit(map -> new ConfigMapBuilder(map).addToData("key", "2").build());
            client.configMaps().withName("later").delete();
            List<String> all = List.of("added before", "added later", "1 to 2", "deleted later");
            Eventually.is("all is seen: " + seen, () -> seen.equals(all));
            assertEquals(1, informer.getStore().list().size());
        }
    }

    @Test
    void serverSideApplyConflictsWithAnotherManager() {
        client.resource(configMap("applied", "mine")).fieldManager("one").serverSideApply();
        PatchContext other =
                new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("two")
                        .build();
        KubernetesClientException refused =
                assertThrows(
                        KubernetesClientException.class,
                        () ->
                                client.configMaps()
                                        .withName("applied")
                                        .patch(other, configMap("applied", "yours")));
        assertEquals(409, refused.getCode());
        assertTrue(refused.getMessage().contains("conflict with \"one\""), refused.getMessage());
        client.resource(configMap("applied", "yours"))
                .fieldManager("two")
                .forceConflicts()
                .serverSideApply();
        assertEquals("yours", client.configMaps().withName("applied").get().getData().get("key"));
    }

    @Test
    void staleReplaceIsAConflict() {
        ConfigMap old = client.resource(configMap("stale", "1")).create();
        client.configMaps()
                .withName("stale")
                .edit(map -> new ConfigMapBuilder(map).addToData("key", "2").build());
        KubernetesClientException refused =
                assertThrows(
                        KubernetesClientException.class,
                        () ->
                                client.resource(old)
                                        .lockResourceVersion(old.getMetadata().getResourceVersion())
                                        .update());
        assertEquals(409, refused.getCode());
    }

    @Test
    void podRunsAndIsTalkedTo() throws Exception {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withName("talker")
                        .endMetadata()
                        .withNewSpec()
                        .withTerminationGracePeriodSeconds(0L)
                        .addNewContainer()
                        .withName("c")
                        .withImage(Images.BUSYBOX)
                        .withCommand("sh", "-c", "echo up; sleep 1000")
                        .endContainer()
                        .endSpec()
                        .build();
        client.resource(pod).create();
        client.pods().withName("talker").waitUntilReady(60, TimeUnit.SECONDS);
        Eventually.is(
                "it has spoken", () -> client.pods().withName("talker").getLog().equals("up\n"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec =
                client.pods()
                        .withName("talker")
                        .writingOutput(out)
                        .exec("sh", "-c", "echo $((6 * 7)); exit 3")) {
            assertEquals(3, exec.exitCode().get(30, TimeUnit.SECONDS));
        }
        assertEquals("42\n", out.toString(StandardCharsets.UTF_8));
        client.pods().withName("talker").delete();
        Eventually.is("it is gone", () -> client.pods().withName("talker").get() == null);
    }

    @Test
    void oneOfTwoLeadsUntilItReleasesTheLease() throws Exception {
        List<String> leaders = new CopyOnWriteArrayList<>();
        CompletableFuture<?> first = elector("first", leaders).start();
        Eventually.is("the first leads", () -> leaders.equals(List.of("first")));
        CompletableFuture<?> second = elector("second", leaders).start();
        Lease lease = client.leases().withName("crown").get();
        assertEquals("first", lease.getSpec().getHolderIdentity());
        first.cancel(true);
        Eventually.is("the second leads", () -> leaders.equals(List.of("first", "second")));
        second.cancel(true);
        // This client gives a lease up by making it short.
        Eventually.is(
                "the lease is given up",
                () ->
                        client.leases().withName("crown").get().getSpec().getLeaseDurationSeconds()
                                == 1);
    }

    private LeaderElector elector(String name, List<String> leaders) {
        return client.leaderElector()
                .withConfig(
                        new LeaderElectionConfigBuilder()
                                .withName(name)
                                .withLock(new LeaseLock(namespace, "crown", name))
                                .withLeaseDuration(Duration.ofSeconds(15))
                                .withRenewDeadline(Duration.ofSeconds(10))
                                .withRetryPeriod(Duration.ofMillis(200))
                                .withReleaseOnCancel()
                                .withLeaderCallbacks(
                                        new LeaderCallbacks(
                                                () -> leaders.add(name), () -> {}, holder -> {}))
                                .build())
                .build();
    }
}
