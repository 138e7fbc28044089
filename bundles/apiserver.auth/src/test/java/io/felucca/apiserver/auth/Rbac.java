package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;

/** Short ways to RBAC objects and questions, for tests. */
final class Rbac {
    private Rbac() {}

    /** JSON with apostrophes for quotation marks. */
    static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode clusterRole(String name, String... rules) {
        return json(
                "{'kind':'ClusterRole','metadata':{'name':'%s'},'rules':[%s]}"
                        .formatted(name, String.join(",", rules)));
    }

    static ObjectNode role(String namespace, String name, String... rules) {
        return json(
                "{'kind':'Role','metadata':{'namespace':'%s','name':'%s'},'rules':[%s]}"
                        .formatted(namespace, name, String.join(",", rules)));
    }

    /** Lists are written {@code a,b}. */
    static String rule(String groups, String resources, String verbs, String... names) {
        return "{'apiGroups':%s,'resources':%s,'verbs':%s,'resourceNames':%s}"
                .formatted(
                        array(groups),
                        array(resources),
                        array(verbs),
                        array(String.join(",", names)));
    }

    static String urlRule(String urls, String verbs) {
        return "{'nonResourceURLs':%s,'verbs':%s}".formatted(array(urls), array(verbs));
    }

    /**
     * @param subjects each such as {@code User:jane} or {@code ServiceAccount:ns/name}
     */
    static ObjectNode clusterBinding(String name, String clusterRole, String... subjects) {
        return json(
                ("{'metadata':{'name':'%s'},'roleRef':{'kind':'ClusterRole','name':'%s'},"
                                + "'subjects':[%s]}")
                        .formatted(name, clusterRole, subjects(subjects)));
    }

    /**
     * @param role such as {@code Role/reader}
     */
    static ObjectNode binding(String namespace, String name, String role, String... subjects) {
        String[] reference = role.split("/", -1);
        return json(
                ("{'metadata':{'namespace':'%s','name':'%s'},"
                                + "'roleRef':{'kind':'%s','name':'%s'},'subjects':[%s]}")
                        .formatted(
                                namespace, name, reference[0], reference[1], subjects(subjects)));
    }

    /**
     * @param resource such as {@code pods}, {@code pods/log} or {@code deployments.apps/scale}
     */
    static Attributes ask(
            UserInfo user, String verb, String resource, String namespace, String name) {
        String[] parts = resource.split("/", -1);
        String[] plain = parts[0].split("\\.", 2);
        return new Attributes(
                user,
                verb,
                plain.length > 1 ? plain[1] : "",
                "v1",
                plain[0],
                parts.length > 1 ? parts[1] : "",
                namespace,
                name,
                "");
    }

    static Attributes askPath(UserInfo user, String verb, String path) {
        return new Attributes(user, verb, "", "", "", "", "", "", path);
    }

    private static String subjects(String... subjects) {
        StringBuilder all = new StringBuilder();
        for (String subject : subjects) {
            String[] parts = subject.split(":", 2);
            String[] name = parts[1].split("/", -1);
            all.append(all.length() == 0 ? "" : ",")
                    .append(
                            name.length > 1
                                    ? "{'kind':'%s','namespace':'%s','name':'%s'}"
                                            .formatted(parts[0], name[0], name[1])
                                    : "{'kind':'%s','name':'%s'}".formatted(parts[0], parts[1]));
        }
        return all.toString();
    }

    private static String array(String commaSeparated) {
        return commaSeparated.equals("-")
                ? "['']"
                : commaSeparated.isEmpty()
                        ? "[]"
                        : "['" + commaSeparated.replace(",", "','") + "']";
    }
}
