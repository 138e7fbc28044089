package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a path names, in upstream's grammar. Parts are decoded; absent ones are empty.
 *
 * @param path the whole path, decoded, as non-resource rules match it
 * @param watch whether it is one of the old {@code /watch/} paths
 * @param rest what follows a subresource, still encoded and with its slash; for proxies
 */
record RequestPath(
        String path,
        String group,
        String version,
        String namespace,
        String resource,
        String name,
        String subresource,
        String rest,
        boolean watch) {
    /** Under a namespace's own path these are parts of the namespace, not resources in it. */
    private static final Set<String> NAMESPACE_PARTS = Set.of("status", "finalize");

    static final RequestPath NONE = new RequestPath("", "", "", "", "", "", "", "", false);

    static RequestPath parse(String rawPath) {
        List<String> parts = new ArrayList<>();
        List<String> raw = new ArrayList<>();
        for (String part : rawPath.split("/", -1)) {
            if (!part.isEmpty()) {
                raw.add(part);
                parts.add(decode(part));
            }
        }
        String path = decode(rawPath);
        int first = firstPartOfResource(parts);
        if (first < 0) {
            return new RequestPath(path, "", "", "", "", "", "", "", false);
        }
        String group = first == 2 ? "" : parts.get(1);
        String version = parts.get(first - 1);
        int at = first;
        boolean watch = parts.get(at).equals("watch") && parts.size() > at + 1;
        if (watch) {
            at++;
        }
        String namespace = "";
        if (parts.get(at).equals("namespaces")
                && parts.size() > at + 2
                && !NAMESPACE_PARTS.contains(parts.get(at + 2))) {
            namespace = parts.get(at + 1);
            at += 2;
        }
        return new RequestPath(
                path,
                group,
                version,
                namespace,
                parts.get(at),
                part(parts, at + 1),
                part(parts, at + 2),
                rest(rawPath, raw, at + 3),
                watch);
    }

    /** The version of a group that the path is of or, below {@code /openapi/v3}, about. */
    Optional<Aggregated.ApiVersion> apiVersion() {
        if (isResource()) {
            return Optional.of(new Aggregated.ApiVersion(group, version));
        }
        List<String> parts = new ArrayList<>(List.of(path.split("/", -1)));
        parts.removeIf(String::isEmpty);
        if (parts.size() > 2 && parts.get(0).equals("openapi") && parts.get(1).equals("v3")) {
            parts.subList(0, 2).clear();
        }
        if (parts.size() == 3 && parts.get(0).equals("apis")) {
            return Optional.of(new Aggregated.ApiVersion(parts.get(1), parts.get(2)));
        }
        return parts.size() == 2 && parts.get(0).equals("api")
                ? Optional.of(new Aggregated.ApiVersion("", parts.get(1)))
                : Optional.empty();
    }

    boolean isResource() {
        return !resource.isEmpty();
    }

    GroupVersionResource groupVersionResource() {
        return new GroupVersionResource(group, version, resource);
    }

    /** Whether the path has the form that the resource's scope asks for. */
    boolean fits(ResourceDefinition definition) {
        if (!definition.namespaced()) {
            return namespace.isEmpty();
        }
        return !namespace.isEmpty() || name.isEmpty();
    }

    private static int firstPartOfResource(List<String> parts) {
        if (parts.size() >= 3 && parts.get(0).equals("api")) {
            return 2;
        }
        return parts.size() >= 4 && parts.get(0).equals("apis") ? 3 : -1;
    }

    private static String part(List<String> parts, int index) {
        return index < parts.size() ? parts.get(index) : "";
    }

    private static String rest(String rawPath, List<String> raw, int from) {
        if (from >= raw.size()) {
            return rawPath.endsWith("/") && from == raw.size() ? "/" : "";
        }
        String rest = "/" + String.join("/", raw.subList(from, raw.size()));
        return rawPath.endsWith("/") ? rest + "/" : rest;
    }

    static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        try {
            // A plus sign is itself in a path, unlike in a form.
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("invalid URL escape in path \"" + encoded + "\"");
        }
    }
}
