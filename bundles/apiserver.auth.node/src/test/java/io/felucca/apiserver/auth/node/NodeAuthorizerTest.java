package io.felucca.apiserver.auth.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.client.api.Client.Deletion;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class NodeAuthorizerTest {
    private static final UserInfo HERE = UserInfo.of("system:node:here", "system:nodes");
    private static final UserInfo THERE = UserInfo.of("system:node:there", "system:nodes");

    private final FakeCluster cluster = new FakeCluster();
    private final NodeGraphHolder holder = new NodeGraphHolder();
    private final NodeAuthorizer authorizer = new NodeAuthorizer(holder);

    @BeforeEach
    void aPodRunsHere() {
        new NodeGraphFeed(holder, cluster.informers());
        cluster.of(Pod.class).create(pod("p", "here"));
    }

    private static Pod pod(String name, String node) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("ns")
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withServiceAccountName("robot")
                .addNewImagePullSecret("pull")
                .addNewContainer()
                .withName("c")
                .addNewEnv()
                .withName("E")
                .withNewValueFrom()
                .withNewSecretKeyRef("k", "env", false)
                .endValueFrom()
                .endEnv()
                .addNewEnvFrom()
                .withNewConfigMapRef("settings", false)
                .endEnvFrom()
                .endContainer()
                .addNewVolume()
                .withName("v")
                .withNewPersistentVolumeClaim("claim", false)
                .endVolume()
                .addNewVolume()
                .withName("own")
                .withNewEphemeral()
                .endEphemeral()
                .endVolume()
                .endSpec()
                .build();
    }

    @Test
    void aNodeReadsWhatItsPodsNameAndNothingElse() {
        for (String needed : new String[] {"secrets/pull", "secrets/env", "configmaps/settings"}) {
            assertTrue(may(HERE, "get", needed), needed);
            assertTrue(may(HERE, "watch", needed), needed);
            assertFalse(may(THERE, "get", needed), needed);
        }
        assertTrue(may(HERE, "get", "persistentvolumeclaims/claim"));
        assertTrue(may(HERE, "get", "persistentvolumeclaims/" + "p-own"));
        assertFalse(may(HERE, "get", "secrets/other"));
        assertFalse(may(HERE, "get", "configmaps/pull"));
        assertFalse(may(HERE, "list", "secrets/"));
        assertFalse(may(HERE, "update", "secrets/pull"));
        assertEquals(
                "no relationship found between node 'there' and this object",
                decide(THERE, "get", "", "secrets", "", "ns", "pull", "").reason());
    }

    @Test
    void tokensAreForAccountsOfTheNodesPods() {
        assertEquals(
                Verdict.ALLOW,
                decide(HERE, "create", "", "serviceaccounts", "token", "ns", "robot", "")
                        .verdict());
        assertEquals(
                Verdict.NO_OPINION,
                decide(THERE, "create", "", "serviceaccounts", "token", "ns", "robot", "")
                        .verdict());
        assertEquals(
                Verdict.NO_OPINION,
                decide(HERE, "create", "", "serviceaccounts", "token", "ns", "boss", "").verdict());
    }

    @Test
    void whatOnlyAPodThatIsGoneNeededIsRefusedAgain() {
        cluster.of(Pod.class).create(pod("q", "here"));
        cluster.of(Pod.class).delete(new Key("ns", "p"), Deletion.PLAIN.now());
        assertTrue(may(HERE, "get", "secrets/pull"));
        cluster.of(Pod.class).delete(new Key("ns", "q"), Deletion.PLAIN.now());
        assertFalse(may(HERE, "get", "secrets/pull"));
    }

    @Test
    void aMirrorPodGrantsNothing() {
        Pod mirror = pod("m", "there");
        mirror.getMetadata().getAnnotations().put("kubernetes.io/config.mirror", "x");
        cluster.of(Pod.class).create(mirror);
        assertFalse(may(THERE, "get", "secrets/pull"));
        assertTrue(may(THERE, "get", "pods/m"));
    }

    @Test
    void aVolumeAndItsDriversSecretFollowTheClaim() {
        cluster.with(
                new PersistentVolumeBuilder()
                        .withNewMetadata()
                        .withName("pv")
                        .endMetadata()
                        .withNewSpec()
                        .withNewClaimRef()
                        .withNamespace("ns")
                        .withName("claim")
                        .endClaimRef()
                        .withNewCsi()
                        .withNewNodeStageSecretRef("login", "drivers")
                        .endCsi()
                        .endSpec()
                        .build(),
                new VolumeAttachmentBuilder()
                        .withNewMetadata()
                        .withName("a")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("here")
                        .endSpec()
                        .build());
        NodeGraphHolder fresh = new NodeGraphHolder();
        new NodeGraphFeed(fresh, cluster.informers());
        NodeAuthorizer later = new NodeAuthorizer(fresh);
        assertEquals(
                Verdict.ALLOW,
                later.authorize(asked(HERE, "get", "", "persistentvolumes", "", "", "pv", ""))
                        .verdict());
        assertEquals(
                Verdict.ALLOW,
                later.authorize(asked(HERE, "get", "", "secrets", "", "drivers", "login", ""))
                        .verdict());
        assertEquals(
                Verdict.NO_OPINION,
                later.authorize(asked(THERE, "get", "", "secrets", "", "drivers", "login", ""))
                        .verdict());
        String storage = "storage.k8s.io";
        assertEquals(
                Verdict.ALLOW,
                later.authorize(asked(HERE, "get", storage, "volumeattachments", "", "", "a", ""))
                        .verdict());
        assertEquals(
                Verdict.NO_OPINION,
                later.authorize(asked(THERE, "get", storage, "volumeattachments", "", "", "a", ""))
                        .verdict());
    }

    @Test
    void aNodeSeesItselfAndTheItemsThatSelectIt() {
        assertTrue(may(HERE, "get", "nodes/here"));
        assertFalse(may(HERE, "get", "nodes/there"));
        assertFalse(may(HERE, "list", "nodes/"));
        Decision selected = decide(HERE, "list", "", "pods", "", "", "", "spec.nodeName=here,a!=b");
        assertEquals(Verdict.ALLOW, selected.verdict());
        assertEquals(
                "can only list/watch pods with spec.nodeName field selector",
                decide(HERE, "list", "", "pods", "", "", "", "spec.nodeName!=here").reason());
        assertFalse(may(HERE, "list", "pods/"));
        assertTrue(may(HERE, "get", "pods/p"));
        assertFalse(may(THERE, "get", "pods/p"));
        assertFalse(may(HERE, "patch", "pods/p"));
    }

    @Test
    void leasesAndCsiNodesAreItsOwn() {
        assertEquals(
                Verdict.ALLOW,
                decide(
                                HERE,
                                "update",
                                "coordination.k8s.io",
                                "leases",
                                "",
                                "kube-node-lease",
                                "here",
                                "")
                        .verdict());
        assertEquals(
                "can only access node lease with the same name as the requesting node",
                decide(
                                HERE,
                                "update",
                                "coordination.k8s.io",
                                "leases",
                                "",
                                "kube-node-lease",
                                "there",
                                "")
                        .reason());
        assertEquals(
                "can only access CSINode with the same name as the requesting node",
                decide(HERE, "get", "storage.k8s.io", "csinodes", "", "", "there", "").reason());
    }

    @Test
    void whoIsNoNodeGetsNoOpinion() {
        assertFalse(may(UserInfo.of("system:node:here"), "get", "secrets/pull"));
        assertFalse(may(UserInfo.of("jane", "system:nodes"), "get", "services/a"));
        assertTrue(may(HERE, "get", "services/a"));
    }

    private boolean may(UserInfo user, String verb, String what) {
        String[] parts = what.split("/", -1);
        String namespace = parts[0].equals("nodes") ? "" : "ns";
        return decide(user, verb, "", parts[0], "", namespace, parts[1], "").verdict()
                == Verdict.ALLOW;
    }

    private Decision decide(
            UserInfo user,
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String fields) {
        return authorizer.authorize(
                asked(user, verb, group, resource, subresource, namespace, name, fields));
    }

    private static Attributes asked(
            UserInfo user,
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String fields) {
        return new Attributes(
                user, verb, group, "v1", resource, subresource, namespace, name, "", "", fields);
    }
}
