package io.felucca.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EvaluatorTest {
    private static final Evaluator PODS = Evaluator.of(new GroupResource("", "pods"));
    private static final Evaluator SERVICES = Evaluator.of(new GroupResource("", "services"));
    private static final Evaluator CLAIMS =
            Evaluator.of(new GroupResource("", "persistentvolumeclaims"));

    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String usage(Evaluator evaluator, String object) {
        return evaluator.usage(json(object)).toString();
    }

    private static boolean isIn(Evaluator evaluator, String quota, String object) {
        return QuotaView.wanted(json("{'spec':" + quota + "}")).counts(evaluator, json(object));
    }

    @Test
    void aPodCountsWhatItsContainersAskForTogether() {
        assertEquals(
                "count/pods=1,cpu=350m,hugepages-2Mi=4Mi,limits.cpu=1,memory=64Mi,pods=1,"
                        + "requests.cpu=350m,requests.example.com/gpu=2,"
                        + "requests.hugepages-2Mi=4Mi,requests.memory=64Mi",
                usage(
                        PODS,
                        "{'spec':{'containers':[{'resources':{'requests':{'cpu':'100m','memory':'64Mi',"
                            + "'example.com/gpu':'2'},'limits':{'cpu':'1','example.com/gpu':'2'}}},"
                            + "{'resources':{'requests':{'cpu':'250m','hugepages-2Mi':'4Mi'}}}]}}"));
    }

    @Test
    void initContainersCountWhereTheyNeedMoreAndSidecarsAlways() {
        assertEquals(
                "count/pods=1,cpu=600m,pods=1,requests.cpu=600m",
                usage(
                        PODS,
                        "{'spec':{'overhead':{'cpu':'50m'},"
                            + "'containers':[{'resources':{'requests':{'cpu':'100m'}}}],"
                            + "'initContainers':["
                            + "{'restartPolicy':'Always','resources':{'requests':{'cpu':'50m'}}},"
                            + "{'resources':{'requests':{'cpu':'500m'}}}]}}"));
    }

    @Test
    void aContainerThatIsMadeSmallerCountsWhatItStillHolds() {
        assertEquals(
                "count/pods=1,cpu=2,pods=1,requests.cpu=2",
                usage(
                        PODS,
                        "{'spec':{'containers':[{'name':'c','resources':{'requests':{'cpu':'1'}}}]},"
                            + "'status':{'containerStatuses':[{'name':'c',"
                            + "'allocatedResources':{'cpu':'2'}}]}}"));
    }

    @Test
    void aPodThatHasEndedIsOnlyAnObject() {
        assertEquals(
                "count/pods=1",
                usage(
                        PODS,
                        "{'spec':{'containers':[{'resources':{'requests':{'cpu':'1'}}}]},"
                                + "'status':{'phase':'Succeeded'}}"));
    }

    @Test
    void whatIsLimitedMustBeSpecifiedByEachContainer() {
        ObjectNode pod =
                json(
                        "{'spec':{'containers':[{'name':'b'},{'name':'a'},"
                                + "{'name':'c','resources':{'requests':{'cpu':'1'},"
                                + "'limits':{'memory':'1Gi'}}}]}}");
        assertEquals(
                Map.of("requests.cpu", Set.of("a", "b"), "limits.memory", Set.of("a", "b")),
                PODS.unspecified(
                        pod, Set.of("requests.cpu", "limits.memory", "pods", "ephemeral-storage")));
        ((ObjectNode) pod.get("spec")).withObject("/resources/requests").put("cpu", "2");
        assertEquals(Map.of(), PODS.unspecified(pod, Set.of("cpu")), "the pod says it for all");
    }

    @Test
    void servicesCountTheirNodePortsAndBalancers() {
        String ports = "'ports':[{'port':1},{'port':2,'nodePort':30001}]";
        assertEquals(
                "count/services=1,services=1,services.loadbalancers=0,services.nodeports=0",
                usage(SERVICES, "{'spec':{'type':'ClusterIP'," + ports + "}}"));
        assertEquals(
                "count/services=1,services=1,services.loadbalancers=0,services.nodeports=2",
                usage(SERVICES, "{'spec':{'type':'NodePort'," + ports + "}}"));
        assertEquals(
                "count/services=1,services=1,services.loadbalancers=1,services.nodeports=1",
                usage(
                        SERVICES,
                        "{'spec':{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,"
                                + ports
                                + "}}"));
    }

    @Test
    void claimsCountByTheirStorageClassToo() {
        assertEquals(
                "count/persistentvolumeclaims=1,"
                        + "fast.storageclass.storage.k8s.io/persistentvolumeclaims=1,"
                        + "fast.storageclass.storage.k8s.io/requests.storage=2Gi,"
                        + "persistentvolumeclaims=1,requests.storage=2Gi",
                usage(
                        CLAIMS,
                        "{'spec':{'storageClassName':'fast',"
                                + "'resources':{'requests':{'storage':'1Gi'}}},"
                                + "'status':{'allocatedResources':{'storage':'2Gi'}}}"));
    }

    @Test
    void anyResourceIsCountedAndSomeByTheirOldNames() {
        GroupResource deployments = new GroupResource("apps", "deployments");
        assertEquals("count/deployments.apps=1", usage(Evaluator.of(deployments), "{}"));
        assertEquals(
                "count/secrets=1,secrets=1",
                usage(Evaluator.of(new GroupResource("", "secrets")), "{}"));
        assertEquals(deployments, Evaluator.countedUnder("count/deployments.apps"));
        assertEquals(new GroupResource("", "configmaps"), Evaluator.countedUnder("configmaps"));
        assertEquals(
                new GroupResource("", "pods"), Evaluator.countedUnder("requests.example.com/gpu"));
        assertEquals(
                new GroupResource("", "persistentvolumeclaims"),
                Evaluator.countedUnder("requests.storage"));
        assertEquals(null, Evaluator.countedUnder("example.com/gpu"));
    }

    @Test
    void scopesPickPods() {
        String plain = "{'spec':{'containers':[{'name':'c'}]}}";
        String asking =
                "{'spec':{'activeDeadlineSeconds':5,'priorityClassName':'high','containers':["
                        + "{'resources':{'limits':{'cpu':'1'}}}]}}";
        String hard = "{'hard':{'pods':'1'},'scopes':['%s']}";
        for (String scope : new String[] {"NotTerminating", "BestEffort"}) {
            assertTrue(isIn(PODS, hard.formatted(scope), plain), scope);
            assertFalse(isIn(PODS, hard.formatted(scope), asking), scope);
        }
        for (String scope : new String[] {"Terminating", "NotBestEffort", "PriorityClass"}) {
            assertFalse(isIn(PODS, hard.formatted(scope), plain), scope);
            assertTrue(isIn(PODS, hard.formatted(scope), asking), scope);
        }
        assertFalse(isIn(SERVICES, "{'hard':{'services':'1'},'scopes':['BestEffort']}", "{}"));
    }

    @Test
    void scopeSelectorsPickByPriorityClass() {
        String quota =
                "{'hard':{'pods':'1'},'scopeSelector':{'matchExpressions':[{'scopeName':"
                        + "'PriorityClass','operator':'%s','values':['high','low']}]}}";
        String high = "{'spec':{'priorityClassName':'high'}}";
        String other = "{'spec':{'priorityClassName':'other'}}";
        String none = "{'spec':{}}";
        assertTrue(isIn(PODS, quota.formatted("In"), high));
        assertFalse(isIn(PODS, quota.formatted("In"), other));
        assertFalse(isIn(PODS, quota.formatted("In"), none));
        assertFalse(isIn(PODS, quota.formatted("NotIn"), high));
        assertTrue(isIn(PODS, quota.formatted("NotIn"), other));
        assertTrue(isIn(PODS, quota.formatted("Exists"), other));
        assertFalse(isIn(PODS, quota.formatted("Exists"), none));
        assertTrue(isIn(PODS, quota.formatted("DoesNotExist"), none));
    }

    @Test
    void affinityToOtherNamespacesIsAScope() {
        String quota = "{'hard':{'pods':'0'},'scopes':['CrossNamespacePodAffinity']}";
        String required =
                "{'spec':{'affinity':{'podAntiAffinity':{"
                        + "'requiredDuringSchedulingIgnoredDuringExecution':[%s]}}}}";
        assertTrue(isIn(PODS, quota, required.formatted("{'namespaceSelector':{}}")));
        assertTrue(isIn(PODS, quota, required.formatted("{'namespaces':['x']}")));
        assertFalse(isIn(PODS, quota, required.formatted("{'topologyKey':'x'}")));
    }
}
