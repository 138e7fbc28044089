package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** ResourceQuotas: what a namespace may use in all. */
@ExtendWith(Cluster.Resolver.class)
final class QuotaTest {
    private final Kubectl kubectl;

    QuotaTest(Cluster cluster) {
        kubectl = cluster.newNamespace("quota");
    }

    private void quota(String hard) {
        kubectl.ok("create quota q --hard=" + hard);
        Eventually.is(
                "the quota is counted",
                () -> !kubectl.json("get quota q").at("/status/used").isEmpty());
    }

    private String used(String resource) {
        return kubectl.json("get quota q").at("/status/used").path(resource).asText();
    }

    /** Of no node, since nobody runs it here. */
    private static String pod(String name, String resources) {
        return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},"spec":{
         "nodeSelector":{"no":"where"},"containers":[{"name":"c","image":"none",
         "resources":{%s}}]}}
        """
                .formatted(name, resources);
    }

    private String refusal(String manifest) {
        return kubectl.with(manifest, "create", "-f", "-").fails();
    }

    @Test
    void podsBeyondTheQuotaAreRefusedUntilOthersGo() {
        quota("pods=2");
        kubectl.create(pod("a", ""));
        kubectl.create(pod("b", ""));
        assertEquals(
                "Error from server (Forbidden): error when creating \"STDIN\": pods \"c\" is"
                        + " forbidden: exceeded quota: q, requested: pods=1, used: pods=2,"
                        + " limited: pods=2",
                refusal(pod("c", "")));
        kubectl.ok("delete pod a --force --grace-period=0");
        Eventually.is("the pod is given back", () -> used("pods").equals("1"));
        kubectl.create(pod("c", ""));
        assertEquals("2", used("pods"));
    }

    @Test
    void requestsAreSummedAndMustBeSpecified() {
        quota("requests.cpu=1,limits.memory=1Gi");
        assertEquals(
                "Error from server (Forbidden): error when creating \"STDIN\": pods \"a\" is"
                        + " forbidden: failed quota: q: must specify limits.memory for: c;"
                        + " requests.cpu for: c",
                refusal(pod("a", "")));
        String asks = "\"requests\":{\"cpu\":\"600m\"},\"limits\":{\"memory\":\"64Mi\"}";
        kubectl.create(pod("a", asks));
        assertEquals("600m", used("requests.cpu"));
        assertEquals(
                "Error from server (Forbidden): error when creating \"STDIN\": pods \"b\" is"
                        + " forbidden: exceeded quota: q, requested: requests.cpu=600m, used:"
                        + " requests.cpu=600m, limited: requests.cpu=1",
                refusal(pod("b", asks)));
    }

    @Test
    void objectsAndNodePortsAreCounted() {
        quota("count/deployments.apps=1,services.nodeports=1,configmaps=2");
        // Each namespace has the authority's certificate.
        assertEquals("1", used("configmaps"));
        kubectl.ok("create deployment d --image=none --replicas=0");
        assertEquals(
                "error: failed to create deployment: deployments.apps \"e\" is forbidden:"
                        + " exceeded quota: q, requested: count/deployments.apps=1, used:"
                        + " count/deployments.apps=1, limited: count/deployments.apps=1",
                kubectl.fails("create deployment e --image=none --replicas=0"));
        kubectl.ok("create service nodeport s --tcp=80");
        assertEquals("1", used("services.nodeports"));
        kubectl.ok("patch service s -p {\"spec\":{\"type\":\"ClusterIP\"}}");
        Eventually.is("the port is given back", () -> used("services.nodeports").equals("0"));
    }
}
