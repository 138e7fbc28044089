package io.felucca.apiserver.api;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Who asks. */
public record UserInfo(
        String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final String AUTHENTICATED = "system:authenticated";
    public static final UserInfo ANONYMOUS =
            new UserInfo("system:anonymous", "", List.of("system:unauthenticated"), Map.of());

    private static final String NODES = "system:nodes";
    private static final String NODE_PREFIX = "system:node:";

    public UserInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(uid, "uid");
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    /** A user without uid and extra; {@code system:authenticated} is added. */
    public static UserInfo of(String name, String... groups) {
        List<String> all = new java.util.ArrayList<>(List.of(groups));
        all.add(AUTHENTICATED);
        return new UserInfo(name, "", all, Map.of());
    }

    /** Whether this is a node's agent, by upstream's rule: name and group must both say so. */
    public boolean isNode() {
        return name.startsWith(NODE_PREFIX) && groups.contains(NODES);
    }

    /** The name of the node that this {@linkplain #isNode is}; empty if it is none. */
    public String nodeName() {
        return isNode() ? name.substring(NODE_PREFIX.length()) : "";
    }
}
