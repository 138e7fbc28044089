package io.felucca.apiserver.rest;

import static io.felucca.apiserver.rest.NodeProxy.podPort;
import static io.felucca.apiserver.rest.NodeProxy.proxyable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProxyRouteTest {
    private static final String PREFIX = "/api/v1/namespaces/n/services/s/proxy";

    private final ProxyRoute route = ProxyRoute.of(PREFIX + "/a/b", "/a/b");

    private String location(String location) {
        return route.location(location, "10.1.2.3:80");
    }

    private String page(String html) {
        return new String(
                route.page(html.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    @Test
    void locationsOnTheSameHostGoThroughTheProxy() {
        assertEquals(PREFIX + "/x?q=1#f", location("/x?q=1#f"));
        assertEquals(PREFIX + "/x/", location("http://10.1.2.3:80/x/"));
        assertEquals("https://example.com/x", location("https://example.com/x"));
        assertEquals("next", location("next"), "what is relative is so here too");
        assertEquals(PREFIX + "/x", location(PREFIX + "/x"));
        assertEquals("not an address", location("not an address"));
    }

    @Test
    void linksFromTheRootGoThroughTheProxy() {
        assertEquals(
                "<img src=\"" + PREFIX + "/ü.png\"><form action='" + PREFIX + "/'>",
                page("<img src=\"/ü.png\"><form action='/'>"));
        String others =
                "<a href=\"x\"><a href='//cdn/x'><a href=\"http://h/\"> href=/ data-x=\"/\"";
        assertEquals(others, page(others));
    }

    @Test
    void doubledSlashesAreNotPartOfTheRoute() {
        assertEquals(PREFIX, ProxyRoute.of(PREFIX + "//a", "/a").prefix());
        assertEquals(PREFIX, ProxyRoute.of(PREFIX, "").prefix());
    }

    @Test
    void aPodsPortIsTheOneAskedForOrItsFirst() {
        JsonNode pod =
                Json.parseObject(
                        ("{\"spec\":{\"containers\":[{},{\"ports\":[{\"containerPort\":8080},"
                                        + "{\"name\":\"web\",\"containerPort\":8081}]}]}}")
                                .getBytes(StandardCharsets.UTF_8));
        assertEquals(8080, podPort(pod, ProxyName.parse("p")));
        assertEquals(8081, podPort(pod, ProxyName.parse("p:web")));
        assertEquals(9, podPort(pod, ProxyName.parse("http:p:9")));
        assertEquals(80, podPort(Json.object(), ProxyName.parse("p")));
        assertEquals(443, podPort(Json.object(), ProxyName.parse("https:p:")));
        ApiException unknown =
                assertThrows(ApiException.class, () -> podPort(pod, ProxyName.parse("p:db")));
        assertEquals("pod \"p\" has no port \"db\"", unknown.getMessage());
    }

    @Test
    void theServersOwnAddressesAreNotReachedThroughIt() {
        assertEquals("10.1.2.3", proxyable("10.1.2.3"));
        for (String ip : new String[] {"127.0.0.1", "169.254.169.254", "::1", "0.0.0.0"}) {
            ApiException refused = assertThrows(ApiException.class, () -> proxyable(ip), ip);
            assertEquals(400, refused.status().code());
            assertEquals("address not allowed", refused.getMessage());
        }
        assertThrows(ApiException.class, () -> proxyable(""));
    }
}
