package io.felucca.apiserver.admission.noderestriction;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.machinery.ApiException;
import java.util.Set;
import java.util.TreeSet;

/** A node writes only its own Node, and there neither taints nor what says more than it knows. */
record NodeObjectRules(Request request, String node) {
    /** What upstream's kubelet sets by itself. */
    private static final Set<String> KUBELET_LABELS =
            Set.of(
                    "kubernetes.io/hostname",
                    "kubernetes.io/arch",
                    "kubernetes.io/os",
                    "beta.kubernetes.io/arch",
                    "beta.kubernetes.io/os",
                    "beta.kubernetes.io/instance-type",
                    "node.kubernetes.io/instance-type",
                    "failure-domain.beta.kubernetes.io/region",
                    "failure-domain.beta.kubernetes.io/zone",
                    "failure-domain.kubernetes.io/region",
                    "failure-domain.kubernetes.io/zone",
                    "topology.kubernetes.io/region",
                    "topology.kubernetes.io/zone");

    void check() {
        String name = NodeRestriction.name(request);
        if (!name.equals(node)) {
            throw refused("node \"" + node + "\" is not allowed to modify node \"" + name + "\"");
        }
        if (request.operation() == Operation.CREATE) {
            Set<String> labels = forbidden(changed(null, labels(request.object())));
            if (!labels.isEmpty()) {
                throw refused(
                        "node \""
                                + node
                                + "\" is not allowed to set the following labels: "
                                + String.join(", ", labels));
            }
        } else if (request.operation() == Operation.UPDATE) {
            update();
        }
    }

    private void update() {
        Set<String> labels = forbidden(changed(labels(request.old()), labels(request.object())));
        if (!labels.isEmpty()) {
            throw refused("is not allowed to modify labels: " + String.join(", ", labels));
        }
        same("/spec/taints", "taints");
        same("/metadata/ownerReferences", "ownerReferences");
        same("/spec/configSource", "configSource");
    }

    private void same(String path, String what) {
        JsonNode before = request.old().at(path);
        JsonNode now = request.object().at(path);
        if (!before.equals(now) && !(before.isEmpty() && now.isEmpty())) {
            throw refused("node \"" + node + "\" is not allowed to modify " + what);
        }
    }

    private static JsonNode labels(JsonNode object) {
        return object.path("metadata").path("labels");
    }

    private static Set<String> changed(JsonNode before, JsonNode now) {
        Set<String> keys = new TreeSet<>();
        if (before != null) {
            before.fieldNames().forEachRemaining(keys::add);
        }
        now.fieldNames().forEachRemaining(keys::add);
        keys.removeIf(key -> before != null && now.path(key).equals(before.path(key)));
        return keys;
    }

    private static Set<String> forbidden(Set<String> labels) {
        labels.removeIf(label -> !isForbidden(label));
        return labels;
    }

    private static boolean isForbidden(String label) {
        int slash = label.indexOf('/');
        String namespace = slash < 0 ? "" : label.substring(0, slash);
        if (isWithin(namespace, "node-restriction.kubernetes.io")) {
            return true;
        }
        boolean kubernetes = isWithin(namespace, "kubernetes.io") || isWithin(namespace, "k8s.io");
        return kubernetes
                && !KUBELET_LABELS.contains(label)
                && !isWithin(namespace, "kubelet.kubernetes.io")
                && !isWithin(namespace, "node.kubernetes.io");
    }

    private static boolean isWithin(String namespace, String domain) {
        return namespace.equals(domain) || namespace.endsWith("." + domain);
    }

    private ApiException refused(String why) {
        return NodeRestriction.forbidden(request, why);
    }
}
