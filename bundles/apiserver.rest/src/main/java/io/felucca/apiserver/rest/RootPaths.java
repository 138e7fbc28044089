package io.felucca.apiserver.rest;

import io.felucca.apiserver.rest.Catalog.Group;
import java.util.List;
import java.util.TreeSet;

/** The paths that {@code /} lists. */
final class RootPaths {
    private static final List<String> FIXED =
            List.of(
                    "/.well-known/openid-configuration",
                    "/api",
                    "/apis",
                    "/healthz",
                    "/livez",
                    "/metrics",
                    "/metrics/slis",
                    "/openapi/v2",
                    "/openapi/v3",
                    "/openid/v1/jwks",
                    "/readyz",
                    "/version");

    private RootPaths() {}

    static Iterable<String> of(Catalog catalog) {
        TreeSet<String> paths = new TreeSet<>(FIXED);
        for (Group group : catalog.groups()) {
            String base = group.name().isEmpty() ? "/api" : "/apis/" + group.name();
            paths.add(base);
            group.versions().forEach(version -> paths.add(base + "/" + version.name()));
        }
        return paths;
    }
}
