package io.felucca.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.Set;

/** The objects that upstream's server starts with, and keeps. */
final class Defaults {
    static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";
    static final String GROUP_VERSION = "flowcontrol.apiserver.k8s.io/v1";

    /** Without these there would be requests that nobody serves. */
    private static final Set<String> MANDATORY = Set.of("exempt", "catch-all");

    private static final List<String> ALL = List.of("*");
    private static final String EVERYBODY = "system:authenticated";
    private static final String NOBODY = "system:unauthenticated";
    private static final String MANAGER = "system:kube-controller-manager";
    private static final String SCHEDULER = "system:kube-scheduler";

    private Defaults() {}

    static boolean isMandatory(String name) {
        return MANDATORY.contains(name);
    }

    static List<ObjectNode> levels() {
        return List.of(
                exempt(),
                level("catch-all", 5, 0, 0, 0),
                level("global-default", 20, 50, 128, 6),
                level("leader-election", 10, 0, 16, 4),
                level("node-high", 40, 25, 64, 6),
                level("system", 30, 33, 64, 6),
                level("workload-high", 40, 50, 128, 6),
                level("workload-low", 100, 90, 128, 6));
    }

    static List<ObjectNode> schemas() {
        List<String> leading = List.of("get", "create", "update");
        ObjectNode leases = resources(leading, "coordination.k8s.io", List.of("leases"), false);
        return List.of(
                everything("exempt", "exempt", 1, "", group("system:masters")),
                schema(
                        "probes",
                        "exempt",
                        2,
                        "",
                        List.of(group(NOBODY), group(EVERYBODY)),
                        List.of(),
                        List.of(paths(List.of("get"), List.of("/healthz", "/readyz", "/livez")))),
                schema(
                        "system-leader-election",
                        "leader-election",
                        100,
                        "ByUser",
                        List.of(user(MANAGER), user(SCHEDULER), systemAccount("*")),
                        List.of(leases),
                        List.of()),
                schema(
                        "endpoint-controller",
                        "workload-high",
                        150,
                        "ByUser",
                        List.of(
                                user(MANAGER),
                                systemAccount("endpoint-controller"),
                                systemAccount("endpointslicemirroring-controller")),
                        List.of(resources(leading, "", List.of("endpoints"), false)),
                        List.of()),
                schema(
                        "workload-leader-election",
                        "leader-election",
                        200,
                        "ByUser",
                        List.of(systemAccount("*")),
                        List.of(
                                resources(leading, "", List.of("endpoints", "configmaps"), false),
                                leases),
                        List.of()),
                schema(
                        "system-node-high",
                        "node-high",
                        400,
                        "ByUser",
                        List.of(group("system:nodes")),
                        List.of(
                                resources(ALL, "", List.of("nodes", "nodes/status"), true),
                                resources(ALL, "coordination.k8s.io", List.of("leases"), false)),
                        List.of()),
                everything("system-nodes", "system", 500, "ByUser", group("system:nodes")),
                everything(
                        "kube-controller-manager",
                        "workload-high",
                        800,
                        "ByNamespace",
                        user(MANAGER)),
                everything("kube-scheduler", "workload-high", 800, "ByNamespace", user(SCHEDULER)),
                everything(
                        "kube-system-service-accounts",
                        "workload-high",
                        900,
                        "ByNamespace",
                        systemAccount("*")),
                everything(
                        "service-accounts",
                        "workload-low",
                        9000,
                        "ByUser",
                        group("system:serviceaccounts")),
                everything(
                        "global-default",
                        "global-default",
                        9900,
                        "ByUser",
                        group(NOBODY),
                        group(EVERYBODY)),
                everything(
                        "catch-all",
                        "catch-all",
                        10000,
                        "ByUser",
                        group(NOBODY),
                        group(EVERYBODY)));
    }

    private static ObjectNode object(String kind, String name) {
        ObjectNode object = Json.object().put("apiVersion", GROUP_VERSION).put("kind", kind);
        object.putObject("metadata")
                .put("name", name)
                .putObject("annotations")
                .put(AUTO_UPDATE, "true");
        return object;
    }

    private static ObjectNode exempt() {
        ObjectNode level = object("PriorityLevelConfiguration", "exempt");
        level.putObject("spec")
                .put("type", "Exempt")
                .putObject("exempt")
                .put("nominalConcurrencyShares", 0)
                .put("lendablePercent", 0);
        return level;
    }

    private static ObjectNode level(
            String name, int shares, int lendablePercent, int queues, int handSize) {
        ObjectNode level = object("PriorityLevelConfiguration", name);
        ObjectNode limited = level.putObject("spec").put("type", "Limited").putObject("limited");
        limited.put("nominalConcurrencyShares", shares);
        limited.put("lendablePercent", lendablePercent);
        ObjectNode response = limited.putObject("limitResponse");
        response.put("type", queues == 0 ? "Reject" : "Queue");
        if (queues > 0) {
            response.putObject("queuing")
                    .put("queues", queues)
                    .put("handSize", handSize)
                    .put("queueLengthLimit", 50);
        }
        return level;
    }

    private static ObjectNode everything(
            String name, String level, int precedence, String distinguisher, ObjectNode... who) {
        return schema(
                name,
                level,
                precedence,
                distinguisher,
                List.of(who),
                List.of(resources(ALL, "*", ALL, true)),
                List.of(paths(ALL, ALL)));
    }

    private static ObjectNode schema(
            String name,
            String level,
            int precedence,
            String distinguisher,
            List<ObjectNode> subjects,
            List<ObjectNode> resources,
            List<ObjectNode> paths) {
        ObjectNode schema = object("FlowSchema", name);
        ObjectNode spec = schema.putObject("spec");
        spec.putObject("priorityLevelConfiguration").put("name", level);
        spec.put("matchingPrecedence", precedence);
        if (!distinguisher.isEmpty()) {
            spec.putObject("distinguisherMethod").put("type", distinguisher);
        }
        ObjectNode rule = spec.putArray("rules").addObject();
        subjects.forEach(rule.putArray("subjects")::add);
        if (!resources.isEmpty()) {
            resources.forEach(rule.putArray("resourceRules")::add);
        }
        if (!paths.isEmpty()) {
            paths.forEach(rule.putArray("nonResourceRules")::add);
        }
        return schema;
    }

    private static ObjectNode group(String name) {
        return subject("Group", "group", name);
    }

    private static ObjectNode user(String name) {
        return subject("User", "user", name);
    }

    private static ObjectNode systemAccount(String name) {
        ObjectNode subject = subject("ServiceAccount", "serviceAccount", name);
        subject.withObject("/serviceAccount").put("namespace", "kube-system");
        return subject;
    }

    private static ObjectNode subject(String kind, String field, String name) {
        ObjectNode subject = Json.object().put("kind", kind);
        subject.putObject(field).put("name", name);
        return subject;
    }

    private static ObjectNode resources(
            List<String> verbs, String group, List<String> resources, boolean clusterScope) {
        ObjectNode rule = Json.object();
        words(rule, "verbs", verbs);
        words(rule, "apiGroups", List.of(group));
        words(rule, "resources", resources);
        if (clusterScope) {
            rule.put("clusterScope", true);
        }
        words(rule, "namespaces", ALL);
        return rule;
    }

    private static ObjectNode paths(List<String> verbs, List<String> urls) {
        ObjectNode rule = Json.object();
        words(rule, "verbs", verbs);
        words(rule, "nonResourceURLs", urls);
        return rule;
    }

    private static void words(ObjectNode rule, String field, List<String> words) {
        ArrayNode list = rule.putArray(field);
        words.forEach(list::add);
    }
}
