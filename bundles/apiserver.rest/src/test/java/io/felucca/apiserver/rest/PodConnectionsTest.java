package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import org.junit.jupiter.api.Test;

class PodConnectionsTest {

    private static JsonNode pod(String... containers) {
        ObjectNode pod = Json.object();
        pod.putObject("metadata").put("name", "web").put("namespace", "default");
        ArrayNode all = pod.putObject("spec").putArray("containers");
        for (String name : containers) {
            all.addObject().put("name", name);
        }
        return pod;
    }

    @Test
    void logsKeepTheirOptions() {
        assertEquals(
                "/containerLogs/default/web/app?follow=true&tailLines=5",
                PodConnections.log(pod("app"), Query.parse("tailLines=5&follow=true&pretty=x")));
    }

    @Test
    void execNamesTheStreamsAsTheKubeletDoes() {
        assertEquals(
                "/exec/default/web/b?input=1&output=1&tty=1&command=sh&command=-c&command=a+b",
                PodConnections.exec(
                        pod("a", "b"),
                        Query.parse(
                                "command=sh&command=-c&command=a%20b&container=b&stdin=true"
                                        + "&stdout=true&tty=true&stderr=false")));
    }

    @Test
    void portForwardMayNamePorts() {
        assertEquals(
                "/portForward/default/web?port=80",
                PodConnections.portForward(pod("app"), Query.parse("ports=80")));
    }

    @Test
    void theContainerMustBeNamedWhereThereAreSeveral() {
        ApiException ambiguous =
                assertThrows(
                        ApiException.class,
                        () -> PodConnections.log(pod("a", "b"), Query.parse("")));
        assertEquals(
                "a container name must be specified for pod web, choose one of: [a b]",
                ambiguous.getMessage());
        ApiException wrong =
                assertThrows(
                        ApiException.class,
                        () -> PodConnections.log(pod("a"), Query.parse("container=x")));
        assertEquals("container x is not valid for pod web", wrong.getMessage());
    }

    @Test
    void namesOfProxiesMayCarrySchemeAndPort() {
        assertEquals(new ProxyName(false, "web", ""), ProxyName.parse("web"));
        assertEquals(new ProxyName(false, "web", "http"), ProxyName.parse("web:http"));
        assertEquals(new ProxyName(true, "web", "443"), ProxyName.parse("https:web:443"));
    }
}
