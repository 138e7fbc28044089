package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.schema.Schemas;

/** Short ways to this group's kinds. */
final class Core {
    static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private Core() {}

    static GroupVersionKind kind(String kind) {
        return new GroupVersionKind("", "v1", kind);
    }

    static ResourceDefinition.Builder resource(String kind, String plural) {
        return ResourceDefinition.builder(kind(kind), plural, Schemas.of(kind(kind)));
    }

    static Subresource status(String kind) {
        return Subresource.status(kind(kind), Schemas.of(kind(kind)));
    }

    static ObjectNode metadata(ObjectNode object) {
        return object.withObject("/metadata");
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText("");
    }

    /** What a successful action answers that has no object to show. */
    static ObjectNode success() {
        ObjectNode status = Json.object();
        status.put("kind", "Status");
        status.put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        status.put("code", 201);
        return status;
    }
}
