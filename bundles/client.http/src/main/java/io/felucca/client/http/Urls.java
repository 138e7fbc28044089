package io.felucca.client.http;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.machinery.GroupVersionResource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A call's path and query, relative to the server. Pure functions. */
final class Urls {
    private Urls() {}

    static String path(ApiRequest request) {
        GroupVersionResource resource = request.resource();
        StringBuilder path =
                new StringBuilder(resource.group().isEmpty() ? "/api/" : "/apis/")
                        .append(resource.apiVersion());
        if (!request.namespace().isEmpty()) {
            path.append("/namespaces/").append(encoded(request.namespace()));
        }
        path.append('/').append(resource.resource());
        if (!request.name().isEmpty()) {
            path.append('/').append(encoded(request.name()));
        }
        if (!request.subresource().isEmpty()) {
            path.append('/').append(request.subresource());
        }
        return path.toString();
    }

    /**
     * @param apply whether it is a server-side apply, the only write that {@code force} is for
     */
    static String write(ApiRequest request, boolean apply) {
        return path(request) + options(request.options(), apply);
    }

    private static StringBuilder options(ApiRequest.Options options, boolean apply) {
        StringBuilder query = new StringBuilder();
        add(query, "fieldManager", options.fieldManager());
        add(query, "fieldValidation", options.fieldValidation().name());
        add(query, "dryRun", options.dryRun() ? "All" : "");
        add(query, "force", apply && options.force() ? "true" : "");
        return query;
    }

    static String list(ApiRequest request, ListOptions options) {
        return path(request) + selection(new StringBuilder(), options);
    }

    static String watch(ApiRequest request, ListOptions options) {
        StringBuilder query = new StringBuilder();
        add(query, "watch", "true");
        add(query, "allowWatchBookmarks", options.allowWatchBookmarks() ? "true" : "");
        add(query, "sendInitialEvents", options.sendInitialEvents() ? "true" : "");
        add(query, "timeoutSeconds", positive(options.timeoutSeconds()));
        return path(request) + selection(query, options);
    }

    static String get(ApiRequest request, String resourceVersion) {
        StringBuilder query = new StringBuilder();
        add(query, "resourceVersion", resourceVersion);
        return path(request) + query;
    }

    static String deleteCollection(ApiRequest request, ListOptions options) {
        return path(request) + selection(options(request.options(), false), options);
    }

    private static StringBuilder selection(StringBuilder query, ListOptions options) {
        add(query, "labelSelector", options.labelSelector());
        add(query, "fieldSelector", options.fieldSelector());
        add(query, "resourceVersion", options.resourceVersion());
        add(query, "resourceVersionMatch", options.resourceVersionMatch());
        add(query, "limit", positive(options.limit()));
        add(query, "continue", options.continueToken());
        return query;
    }

    private static String positive(int number) {
        return number > 0 ? Integer.toString(number) : "";
    }

    private static void add(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append(query.isEmpty() ? '?' : '&').append(name).append('=');
            query.append(encoded(value));
        }
    }

    /** Form encoding, which differs from a path's only in the space. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
