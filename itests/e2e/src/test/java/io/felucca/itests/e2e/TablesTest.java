package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What "kubectl get" shows without -o. */
@ExtendWith(Cluster.Resolver.class)
final class TablesTest {
    private final Kubectl kubectl;

    TablesTest(Cluster cluster) {
        kubectl = cluster.newNamespace("tables");
    }

    private void assertColumns(String words, String... columns) {
        String header = kubectl.ok("get " + words).lines().findFirst().orElse("");
        assertEquals(List.of(columns), List.of(header.strip().split("  +")), words);
    }

    @Test
    void columnsAreThoseThatOneKnows() {
        kubectl.ok("create deployment web --image=none --replicas=0");
        kubectl.ok("create service clusterip web --tcp=80:8080");
        kubectl.ok("create secret generic s --from-literal=a=b");
        assertColumns("deployments", "NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE");
        assertColumns(
                "deployments -o wide",
                "NAME",
                "READY",
                "UP-TO-DATE",
                "AVAILABLE",
                "AGE",
                "CONTAINERS",
                "IMAGES",
                "SELECTOR");
        assertColumns("services", "NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE");
        assertColumns("secrets", "NAME", "TYPE", "DATA", "AGE");
        assertColumns("namespaces", "NAME", "STATUS", "AGE");
        assertColumns("nodes", "NAME", "STATUS", "ROLES", "AGE", "VERSION");
        assertColumns(
                "services -A",
                "NAMESPACE",
                "NAME",
                "TYPE",
                "CLUSTER-IP",
                "EXTERNAL-IP",
                "PORT(S)",
                "AGE");
    }

    @Test
    void rowsShowTheObject() {
        kubectl.ok("create secret generic s --from-literal=a=b --from-literal=c=d");
        String row = kubectl.ok("get secret s --no-headers");
        assertTrue(row.matches("s +Opaque +2 +\\d+s\\s*"), row);
        kubectl.ok("create service nodeport web --tcp=80:8080");
        row = kubectl.ok("get service web --no-headers");
        assertTrue(row.matches("web +NodePort +[\\d.]+ +<none> +80:3\\d{4}/TCP +\\d+s\\s*"), row);
    }

    @Test
    void sortByAndCustomColumnsWork() {
        kubectl.ok("create configmap b --from-literal=x=1");
        kubectl.ok("create configmap a --from-literal=x=2");
        String rows =
                kubectl.ok(
                        "get cm a b --no-headers --sort-by=.data.x -o"
                                + " custom-columns=N:.metadata.name,X:.data.x");
        assertTrue(rows.matches("b +1\\s+a +2\\s+"), rows);
    }

    @Test
    void describeTellsTheStory() {
        kubectl.ok("create configmap tale --from-literal=hero=cat");
        String words = kubectl.ok("describe configmap tale");
        assertTrue(words.contains("hero:\n----\ncat"), words);
        words = kubectl.ok("describe service -n default kubernetes");
        assertTrue(words.contains("https  443/TCP"), words);
    }

    @Test
    void emptyNamespaceSaysSo() {
        Run run = kubectl.run("get", "deployments");
        run.ok();
        assertEquals(
                "No resources found in " + kubectl.namespace() + " namespace.", run.err().strip());
    }
}
