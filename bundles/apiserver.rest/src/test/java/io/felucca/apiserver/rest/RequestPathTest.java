package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.machinery.ApiException;
import org.junit.jupiter.api.Test;

class RequestPathTest {

    @Test
    void namespacedObjectsOfTheCoreGroupAreUnderstood() {
        RequestPath path = RequestPath.parse("/api/v1/namespaces/default/pods/web-1/log");
        assertEquals("", path.group());
        assertEquals("v1", path.version());
        assertEquals("default", path.namespace());
        assertEquals("pods", path.resource());
        assertEquals("web-1", path.name());
        assertEquals("log", path.subresource());
    }

    @Test
    void groupsComeBeforeTheirVersion() {
        RequestPath path = RequestPath.parse("/apis/apps/v1/deployments");
        assertEquals("apps", path.group());
        assertEquals("v1", path.version());
        assertEquals("deployments", path.resource());
        assertEquals("", path.namespace());
        assertEquals("", path.name());
    }

    @Test
    void statusAndFinalizeBelongToTheNamespaceItself() {
        for (String part : new String[] {"status", "finalize"}) {
            RequestPath path = RequestPath.parse("/api/v1/namespaces/kube-system/" + part);
            assertEquals("namespaces", path.resource());
            assertEquals("kube-system", path.name());
            assertEquals(part, path.subresource());
            assertEquals("", path.namespace());
        }
    }

    @Test
    void aNamespaceByItselfIsAnObject() {
        RequestPath path = RequestPath.parse("/api/v1/namespaces/kube-system");
        assertEquals("namespaces", path.resource());
        assertEquals("kube-system", path.name());
        assertEquals("", path.namespace());
    }

    @Test
    void oldWatchPathsAreWatches() {
        RequestPath path = RequestPath.parse("/api/v1/watch/namespaces/default/pods/web");
        assertTrue(path.watch());
        assertEquals("default", path.namespace());
        assertEquals("pods", path.resource());
        assertEquals("web", path.name());
        assertFalse(RequestPath.parse("/api/v1/pods").watch());
    }

    @Test
    void partsAreDecodedAndAPlusStaysOne() {
        RequestPath path =
                RequestPath.parse(
                        "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode+a");
        assertEquals("system:node+a", path.name());
        assertThrows(ApiException.class, () -> RequestPath.parse("/api/v1/pods/%zz"));
    }

    @Test
    void whatFollowsAProxyStaysEncoded() {
        RequestPath path =
                RequestPath.parse("/api/v1/namespaces/default/services/web/proxy/a%2Fb/c/");
        assertEquals("proxy", path.subresource());
        assertEquals("/a%2Fb/c/", path.rest());
    }

    @Test
    void discoveryAndHealthAreNoResources() {
        for (String path : new String[] {"/", "/api", "/api/v1", "/apis/apps/v1", "/healthz"}) {
            assertFalse(RequestPath.parse(path).isResource(), path);
        }
    }
}
