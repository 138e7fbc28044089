package io.felucca.apiserver.api;

import io.felucca.machinery.GroupVersionResource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One request to the server: who, what, and how.
 *
 * @param verb upstream's request verb: get, list, watch, create, update, patch, delete,
 *     deletecollection
 * @param subresource or empty
 * @param namespace or empty
 * @param name or empty
 * @param options the query's options
 * @param warnings collects what is sent as {@code Warning} headers
 * @param decided is told what the authorizers say
 * @param annotations takes what the audit is to note of this request: a key and a value
 */
public record ApiRequest(
        UserInfo user,
        String verb,
        GroupVersionResource resource,
        String subresource,
        String namespace,
        String name,
        Options options,
        List<String> warnings,
        Consumer<Authorizer.Decision> decided,
        BiConsumer<String, String> annotations) {

    /** How strictly unknown and duplicate fields are taken. */
    public enum FieldValidation {
        Ignore,
        Warn,
        Strict
    }

    /**
     * @param fieldManager who owns the fields that this write sets
     * @param force whether a server-side apply takes fields from other managers
     */
    public record Options(
            boolean dryRun, FieldValidation fieldValidation, String fieldManager, boolean force) {
        /** Those of the server's own requests. */
        public static final Options DEFAULT =
                new Options(false, FieldValidation.Warn, "kube-apiserver", false);

        public Options {
            Objects.requireNonNull(fieldValidation, "fieldValidation");
            Objects.requireNonNull(fieldManager, "fieldManager");
        }
    }

    public ApiRequest {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(verb, "verb");
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(subresource, "subresource");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(warnings, "warnings");
        Objects.requireNonNull(decided, "decided");
        Objects.requireNonNull(annotations, "annotations");
    }

    /** One of which no record is kept. */
    public ApiRequest(
            UserInfo user,
            String verb,
            GroupVersionResource resource,
            String subresource,
            String namespace,
            String name,
            Options options,
            List<String> warnings) {
        this(
                user,
                verb,
                resource,
                subresource,
                namespace,
                name,
                options,
                warnings,
                ApiRequest::untold,
                ApiRequest::unnoted);
    }

    private static void untold(Authorizer.Decision decision) {
        // Nobody wants to know.
    }

    static void unnoted(String key, String value) {
        // Nobody keeps a record.
    }

    public static ApiRequest of(
            UserInfo user,
            String verb,
            GroupVersionResource resource,
            String namespace,
            String name) {
        return new ApiRequest(
                user,
                verb,
                resource,
                "",
                namespace,
                name,
                Options.DEFAULT,
                new CopyOnWriteArrayList<>());
    }

    public ApiRequest withSubresource(String part) {
        return new ApiRequest(
                user,
                verb,
                resource,
                part,
                namespace,
                name,
                options,
                warnings,
                decided,
                annotations);
    }

    public ApiRequest withOptions(Options other) {
        return new ApiRequest(
                user,
                verb,
                resource,
                subresource,
                namespace,
                name,
                other,
                warnings,
                decided,
                annotations);
    }
}
