package io.felucca.apiserver.auth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one user or group is granted. Immutable. */
final class Grants {
    static final Grants NONE = new Grants(List.of(), Map.of());

    /**
     * A binding, as seen from one of its subjects.
     *
     * @param bindingNamespace empty for the whole cluster
     * @param reason the answer's, when this grant allows
     */
    record Grant(String bindingNamespace, String bindingName, RoleKey role, String reason) {
        private boolean isOf(String namespace, String name) {
            return bindingNamespace.equals(namespace) && bindingName.equals(name);
        }
    }

    private final List<Grant> clusterWide;
    private final Map<String, List<Grant>> byNamespace;

    private Grants(List<Grant> clusterWide, Map<String, List<Grant>> byNamespace) {
        this.clusterWide = clusterWide;
        this.byNamespace = byNamespace;
    }

    List<Grant> clusterWide() {
        return clusterWide;
    }

    List<Grant> in(String namespace) {
        return byNamespace.getOrDefault(namespace, List.of());
    }

    boolean isEmpty() {
        return clusterWide.isEmpty() && byNamespace.isEmpty();
    }

    Grants with(Grant grant) {
        return replace(grant.bindingNamespace(), grant.bindingName(), grant);
    }

    Grants without(String bindingNamespace, String bindingName) {
        return replace(bindingNamespace, bindingName, null);
    }

    private Grants replace(String namespace, String name, Grant grant) {
        List<Grant> before = namespace.isEmpty() ? clusterWide : in(namespace);
        List<Grant> after = new ArrayList<>(before.size() + 1);
        for (Grant one : before) {
            if (!one.isOf(namespace, name)) {
                after.add(one);
            }
        }
        if (grant != null) {
            after.add(grant);
        }
        if (namespace.isEmpty()) {
            return new Grants(List.copyOf(after), byNamespace);
        }
        Map<String, List<Grant>> namespaces = new HashMap<>(byNamespace);
        if (after.isEmpty()) {
            namespaces.remove(namespace);
        } else {
            namespaces.put(namespace, List.copyOf(after));
        }
        return new Grants(clusterWide, namespaces);
    }
}
