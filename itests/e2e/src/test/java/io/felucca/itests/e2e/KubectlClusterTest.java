package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kubectl there is, asking the cluster about itself, and rolling a Deployment out. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.felucca.itests.e2e.KubectlProgram#found")
@ExtendWith(Cluster.Resolver.class)
final class KubectlClusterTest {
    private final KubectlProgram program;
    private final Kubectl kubectl;

    KubectlClusterTest(KubectlProgram program, Cluster cluster) {
        this.program = program;
        kubectl = program.in(cluster, "cluster");
    }

    @Test
    void theClusterSaysWhatItServes() {
        assertTrue(kubectl.ok("version").contains("v1.36."));
        assertTrue(kubectl.ok("cluster-info").contains("https://127.0.0.1:"));
        Set<String> versions = kubectl.ok("api-versions").lines().collect(Collectors.toSet());
        assertTrue(
                versions.containsAll(Set.of("v1", "apps/v1", "batch/v1", "autoscaling/v2")),
                versions::toString);
        String resources = kubectl.ok("api-resources");
        for (String line :
                List.of(
                        "pods +po +v1 +true +Pod",
                        "nodes +no +v1 +false +Node",
                        "deployments +deploy +apps/v1 +true +Deployment")) {
            assertTrue(resources.matches("(?s).*\n" + line + "\n.*"), line + "\n" + resources);
        }
        assertTrue(
                kubectl.ok("api-resources --namespaced=false --api-group=storage.k8s.io -o name")
                        .contains("storageclasses.storage.k8s.io\n"));
        assertEquals("ok", kubectl.ok("get --raw /healthz"));
        assertEquals("error: Metrics API not available", kubectl.fails("top nodes"));
        assertEquals("error: Metrics API not available", kubectl.fails("top pods"));
    }

    @Test
    void fieldsAreExplained() {
        String pod = kubectl.ok("explain pod");
        assertTrue(pod.contains("KIND:"), pod);
        assertTrue(pod.contains("Pod is a collection of containers"), pod);
        assertTrue(!pod.contains("<no description>"), pod);
        String containers = kubectl.ok("explain pods.spec.containers");
        assertTrue(!containers.contains("<no description>"), containers);
        assertTrue(containers.matches("(?s).*\n +name\t<string> -required-\n.*"), containers);
        String all = kubectl.ok("explain deployment --recursive");
        assertTrue(all.matches("(?s).*\n +maxSurge\t<\\S+>\n.*"), all);
        assertTrue(kubectl.fails("explain pod.nope").contains("field \"nope\" does not exist"));
        assertTrue(
                kubectl.ok("explain hpa.spec --api-version=autoscaling/v2").contains("metrics\t<"));
    }

    @Test
    void rightsAreAnswered() {
        kubectl.ok("create serviceaccount sa");
        kubectl.ok("create role r --verb=get,list --resource=pods");
        kubectl.ok("create rolebinding b --role=r --serviceaccount=" + kubectl.namespace() + ":sa");
        String as = " --as=system:serviceaccount:" + kubectl.namespace() + ":sa";
        assertEquals("yes\n", kubectl.ok("auth can-i create pods"));
        assertEquals("yes\n", kubectl.ok("auth can-i get pods" + as));
        Run no = kubectl.run(("auth can-i create pods" + as).split(" "));
        assertEquals(1, no.code(), no::toString);
        assertEquals("no", no.out().strip());
        assertTrue(
                kubectl.ok("auth can-i --list" + as)
                        .matches("(?s).*\npods +\\[\\] +\\[\\] +\\[get list\\]\n.*"));
        assertTrue(
                kubectl.fails("get secrets" + as)
                        .startsWith(
                                "Error from server (Forbidden): secrets is forbidden: User"
                                        + " \"system:serviceaccount:"));
        if (program.since(28)) {
            assertTrue(kubectl.ok("auth whoami").contains("kubernetes-admin"));
        }
    }

    @Test
    void aDeploymentIsRolledOutAndBack() {
        kubectl.apply(Manifests.deployment("web", 2, "v1"));
        assertTrue(
                kubectl.ok("rollout status deployment web --timeout=100s")
                        .endsWith("deployment \"web\" successfully rolled out\n"));
        assertTrue(
                kubectl.ok("get deployment web --no-headers").matches("web +2/2 +2 +2 +\\d+s\\s*"));
        assertTrue(kubectl.ok("get all").contains("replicaset.apps/web-"));
        assertTrue(
                kubectl.ok("describe deployment web").contains("2 desired | 2 updated | 2 total"));
        kubectl.ok("wait --for=condition=Available deployment/web --timeout=10s");
        assertEquals(
                "deployment.apps/web env updated\n",
                kubectl.ok("set env deployment/web ANSWER=v2"));
        kubectl.ok("rollout status deployment web --timeout=100s");
        assertTrue(kubectl.ok("set env deployment/web --list").contains("ANSWER=v2"));
        String history = kubectl.ok("rollout history deployment web");
        assertTrue(history.contains("REVISION  CHANGE-CAUSE\n1         <none>\n2"), history);
        assertTrue(
                kubectl.ok("rollout history deployment web --revision=1")
                        .matches("(?s).*ANSWER:\\s+v1\n.*"));
        assertEquals(
                "deployment.apps/web rolled back\n", kubectl.ok("rollout undo deployment web"));
        assertEquals(
                "v1",
                kubectl.field("deployment web", "/spec/template/spec/containers/0/env/0/value"));
        // While it is paused, what is set rolls nothing out.
        assertEquals("deployment.apps/web paused\n", kubectl.ok("rollout pause deployment web"));
        assertTrue(kubectl.fails("rollout pause deployment web").endsWith("is already paused"));
        assertEquals(
                "deployment.apps/web resource requirements updated\n",
                kubectl.ok("set resources deployment/web --requests=cpu=1m,memory=1Mi"));
        assertEquals(
                "deployment.apps/web image updated\n",
                kubectl.ok("set image deployment/web web=docker.io/e2e/none:1"));
        kubectl.ok("set image deployment/web web=" + Images.BUSYBOX);
        assertEquals("deployment.apps/web resumed\n", kubectl.ok("rollout resume deployment web"));
        assertEquals(
                "deployment.apps/web restarted\n", kubectl.ok("rollout restart deployment web"));
        kubectl.ok("rollout status deployment web --timeout=100s");
        scaleAndExpose();
        // What is left behind on purpose can be deleted with all that belongs to it.
        kubectl.ok("delete deployment web --cascade=orphan");
        assertTrue(kubectl.ok("get rs -o name").contains("replicaset.apps/web-"));
        kubectl.ok("delete rs -l app=web --cascade=foreground --timeout=60s");
        assertEquals("", kubectl.ok("get rs -o name"));
        Eventually.is("the pods go too", () -> kubectl.ok("get pods -o name").isEmpty());
    }

    private void scaleAndExpose() {
        assertEquals(
                "deployment.apps/web scaled\n", kubectl.ok("scale deployment web --replicas=3"));
        assertTrue(
                kubectl.fails("scale deployment web --replicas=1 --current-replicas=2")
                        .contains("xpected replicas to be 2, was 3"));
        kubectl.ok("scale deployment web --replicas=1 --current-replicas=3");
        assertEquals(
                "service/web exposed\n",
                kubectl.ok("expose deployment web --port=80 --target-port=8080"));
        assertTrue(
                kubectl.ok("get service web --no-headers")
                        .matches("web +ClusterIP +[\\d.]+ +<none> +80/TCP +\\d+s\\s*"));
        assertTrue(
                kubectl.ok("get events")
                        .matches("(?s).*Normal +ScalingReplicaSet +deployment/web.*"));
        if (program.since(26)) {
            assertTrue(kubectl.ok("events").contains("Deployment/web"));
        }
    }
}
