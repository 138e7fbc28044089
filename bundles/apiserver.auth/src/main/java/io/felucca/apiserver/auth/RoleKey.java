package io.felucca.apiserver.auth;

/**
 * A Role or ClusterRole.
 *
 * @param namespace empty for a ClusterRole
 */
record RoleKey(String namespace, String name) {
    boolean isClusterRole() {
        return namespace.isEmpty();
    }
}
