package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.http.api.HttpExchange;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.StatusReason;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lets who may do so act as somebody else: {@code kubectl --as}. */
final class Impersonation {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String EXTRA = "impersonate-extra-";

    private Impersonation() {}

    /** The user that the request is to be taken for; throws 403 when the real one may not. */
    static UserInfo apply(ApiServer server, UserInfo user, HttpExchange exchange) {
        String name = exchange.header("impersonate-user").orElse("");
        List<String> groups = exchange.headers("impersonate-group");
        String uid = exchange.header("impersonate-uid").orElse("");
        Map<String, List<String>> extra = extra(exchange);
        if (name.isEmpty()) {
            if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) {
                throw ApiException.of(
                        StatusReason.InternalError,
                        "Internal error occurred: requested "
                                + groups
                                + " without impersonating a user");
            }
            return user;
        }
        List<String> effective = new ArrayList<>(groups);
        if (isServiceAccount(name)) {
            String[] parts = name.split(":", -1);
            check(server, user, "", "serviceaccounts", "", parts[2], parts[3]);
            if (groups.isEmpty()) {
                effective.add("system:serviceaccounts");
                effective.add("system:serviceaccounts:" + parts[2]);
            }
        } else {
            check(server, user, "", "users", "", "", name);
        }
        for (String group : groups) {
            check(server, user, "", "groups", "", "", group);
        }
        if (!uid.isEmpty()) {
            check(server, user, "authentication.k8s.io", "uids", "", "", uid);
        }
        extra.forEach(
                (key, values) -> {
                    for (String value : values) {
                        check(server, user, "authentication.k8s.io", "userextras", key, "", value);
                    }
                });
        addUsualGroup(name, effective);
        return new UserInfo(name, uid, effective, extra);
    }

    private static void addUsualGroup(String name, List<String> groups) {
        boolean anonymous = name.equals(UserInfo.ANONYMOUS.name());
        String usual = anonymous ? "system:unauthenticated" : UserInfo.AUTHENTICATED;
        boolean given =
                groups.contains(UserInfo.AUTHENTICATED)
                        || groups.contains("system:unauthenticated");
        if (!given) {
            groups.add(usual);
        }
    }

    private static boolean isServiceAccount(String name) {
        return name.startsWith(SERVICE_ACCOUNT) && name.split(":", -1).length == 4;
    }

    private static void check(
            ApiServer server,
            UserInfo user,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name) {
        server.authorize(
                ApiRequest.of(
                                user,
                                "impersonate",
                                new GroupVersionResource(group, "v1", resource),
                                namespace,
                                name)
                        .withSubresource(subresource));
    }

    private static Map<String, List<String>> extra(HttpExchange exchange) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        for (String header : exchange.headerNames()) {
            if (header.startsWith(EXTRA)) {
                String key =
                        URLDecoder.decode(header.substring(EXTRA.length()), StandardCharsets.UTF_8)
                                .toLowerCase(Locale.ROOT);
                extra.put(key, exchange.headers(header));
            }
        }
        return extra;
    }
}
