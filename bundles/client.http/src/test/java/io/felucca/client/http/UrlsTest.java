package io.felucca.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.GroupVersionResource;
import org.junit.jupiter.api.Test;

final class UrlsTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");
    private static final GroupVersionResource LEASES =
            new GroupVersionResource("coordination.k8s.io", "v1", "leases");

    @Test
    void pathNamesGroupNamespaceNameAndPart() {
        assertEquals("/api/v1/pods", Urls.path(request(PODS, "", "")));
        assertEquals(
                "/apis/coordination.k8s.io/v1/namespaces/n/leases/a",
                Urls.path(request(LEASES, "n", "a")));
        assertEquals(
                "/api/v1/namespaces/n/pods/a/status",
                Urls.path(request(PODS, "n", "a").withSubresource("status")));
    }

    @Test
    void writeSaysWhoWritesAndHow() {
        ApiRequest.Options options =
                new ApiRequest.Options(true, ApiRequest.FieldValidation.Strict, "kube let", true);
        ApiRequest request = request(PODS, "n", "a").withOptions(options);
        String common = "?fieldManager=kube%20let&fieldValidation=Strict&dryRun=All";
        assertEquals("/api/v1/namespaces/n/pods/a" + common, Urls.write(request, false));
        assertEquals(
                "/api/v1/namespaces/n/pods/a" + common + "&force=true", Urls.write(request, true));
    }

    @Test
    void watchAsksForInitialEventsOnlyWhenItIsToldTo() {
        ListOptions fresh =
                new ListOptions("", "spec.nodeName=w", "", "NotOlderThan", 0, "", true, true, 0);
        assertEquals(
                "/api/v1/pods?watch=true&allowWatchBookmarks=true&sendInitialEvents=true"
                        + "&fieldSelector=spec.nodeName%3Dw&resourceVersionMatch=NotOlderThan",
                Urls.watch(request(PODS, "", ""), fresh));
        ListOptions again = new ListOptions("", "", "42", "", 0, "", true, false, 0);
        assertEquals(
                "/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=42",
                Urls.watch(request(PODS, "", ""), again));
    }

    @Test
    void collectionIsDeletedWithOptionsOfBothKinds() {
        ListOptions list = new ListOptions("a=b", "", "", "", 0, "", false, false, 0);
        assertEquals(
                "/api/v1/namespaces/n/pods?fieldManager=kube-apiserver&fieldValidation=Warn"
                        + "&labelSelector=a%3Db",
                Urls.deleteCollection(request(PODS, "n", ""), list));
    }

    private static ApiRequest request(
            GroupVersionResource resource, String namespace, String name) {
        return ApiRequest.of(UserInfo.ANONYMOUS, "get", resource, namespace, name);
    }
}
