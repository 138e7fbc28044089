package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What clients find out about the API. */
@ExtendWith(Cluster.Resolver.class)
final class DiscoveryTest {
    private final Cluster cluster;
    private final Kubectl kubectl;

    DiscoveryTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.kubectl();
    }

    @Test
    void versionIsThatOfTheTargetedApi() {
        assertTrue(
                cluster.api()
                        .get("/version")
                        .json()
                        .get("gitVersion")
                        .asText()
                        .startsWith("v1.36"));
    }

    @Test
    void healthHasItsChecks() {
        assertEquals("ok", cluster.api().get("/healthz").body());
        assertEquals("ok", cluster.api().get("/livez").body());
        String checks = cluster.api().get("/readyz?verbose").body();
        assertTrue(checks.contains("[+]ping ok\n"), checks);
        assertTrue(checks.endsWith("readyz check passed\n"), checks);
    }

    @Test
    void resourcesHaveTheirNamesShortNamesAndVerbs() {
        String all = kubectl.ok("api-resources --no-headers -o wide");
        for (String row :
                List.of(
                        "configmaps +cm +v1 +true +ConfigMap",
                        "namespaces +ns +v1 +false +Namespace",
                        "deployments +deploy +apps/v1 +true +Deployment",
                        "cronjobs +cj +batch/v1 +true +CronJob",
                        "networkpolicies +netpol +networking.k8s.io/v1 +true +NetworkPolicy",
                        "priorityclasses +pc +scheduling.k8s.io/v1 +false +PriorityClass",
                        "customresourcedefinitions +crd,crds +apiextensions.k8s.io/v1 +false"
                                + " +CustomResourceDefinition",
                        "clusterroles +rbac.authorization.k8s.io/v1 +false +ClusterRole")) {
            assertTrue(
                    all.lines().anyMatch(line -> line.matches(row + " .*")),
                    () -> row + " is missing in\n" + all);
        }
        assertTrue(
                all.lines()
                        .anyMatch(
                                line ->
                                        line.startsWith("configmaps")
                                                && line.contains(
                                                        "create,delete,deletecollection,get,list,"
                                                                + "patch,update,watch")),
                all);
    }

    @Test
    void groupsHaveTheirVersions() {
        List<String> versions = kubectl.ok("api-versions").lines().toList();
        assertTrue(
                versions.containsAll(
                        List.of(
                                "v1",
                                "apps/v1",
                                "batch/v1",
                                "autoscaling/v1",
                                "autoscaling/v2",
                                "policy/v1",
                                "storage.k8s.io/v1",
                                "events.k8s.io/v1",
                                "discovery.k8s.io/v1",
                                "coordination.k8s.io/v1")),
                versions::toString);
    }

    @Test
    void explainKnowsFieldsAndTheirTypes() {
        String words = kubectl.ok("explain pod.spec.containers.image");
        assertTrue(words.contains("FIELD: image <string>"), words);
        words = kubectl.ok("explain deployment.spec.strategy --recursive");
        assertTrue(words.contains("maxSurge\t<IntOrString>"), words);
        assertTrue(
                kubectl.fails("explain pod.spec.nonsense").contains("field \"nonsense\" does not"));
    }

    @Test
    void systemObjectsExistFromTheStart() {
        for (String namespace :
                List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            assertEquals("Active", kubectl.field("namespace " + namespace, "/status/phase"));
        }
        assertEquals("443", kubectl.field("service kubernetes", "/spec/ports/0/port"));
        assertEquals(
                cluster.setting("dns.ip"),
                kubectl.in("kube-system").field("service kube-dns", "/spec/clusterIP"));
        assertEquals("2000001000", kubectl.field("priorityclass system-node-critical", "/value"));
        assertEquals(
                cluster.setting("node.ip"),
                kubectl.json("get endpointslices -l kubernetes.io/service-name=kubernetes")
                        .at("/items/0/endpoints/0/addresses/0")
                        .asText());
    }

    @Test
    void metricsAreThere() {
        String metrics = cluster.api().get("/metrics").body();
        assertTrue(metrics.contains("\napiserver_request_total{"), "requests are counted");
    }
}
