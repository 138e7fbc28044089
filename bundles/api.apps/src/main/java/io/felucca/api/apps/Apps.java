package io.felucca.api.apps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ScaleView;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;

/** What the group's workloads have in common. */
final class Apps {
    private Apps() {}

    static GroupVersionKind kind(String kind) {
        return new GroupVersionKind("apps", "v1", kind);
    }

    static ResourceDefinition.Builder resource(String kind, String plural) {
        return ResourceDefinition.builder(kind(kind), plural, Schemas.of(kind(kind)));
    }

    static Subresource status(String kind) {
        return Subresource.status(kind(kind), Schemas.of(kind(kind)));
    }

    static Subresource scale() {
        return ScaleView.subresource(Schemas.of(ScaleView.KIND));
    }

    static Column integer(String name, String pointer) {
        return Column.integer(name, object -> object.at(pointer).asLong());
    }

    private static JsonNode podSpec(JsonNode object) {
        return object.at("/spec/template/spec");
    }

    static Column containers() {
        return Column.string("Containers", object -> Cells.containerNames(podSpec(object))).wide();
    }

    static Column images() {
        return Column.string("Images", object -> Cells.images(podSpec(object))).wide();
    }

    static Column selector() {
        return Column.string("Selector", object -> Cells.selector(object.at("/spec/selector")))
                .wide();
    }

    /** Gives rolling updates of one kind what they lack. */
    static void putIfAbsent(ObjectNode object, String name, String value) {
        if (!object.hasNonNull(name)) {
            object.put(name, value);
        }
    }

    static void putIfAbsent(ObjectNode object, String name, int value) {
        if (!object.hasNonNull(name)) {
            object.put(name, value);
        }
    }
}
