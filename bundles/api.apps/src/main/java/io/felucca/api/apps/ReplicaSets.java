package io.felucca.api.apps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.PodDefaults;
import io.felucca.api.validation.TemplateRules;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code replicasets} with status and scale. */
final class ReplicaSets implements Strategy {
    static ResourceDefinition definition() {
        return Apps.resource("ReplicaSet", "replicasets")
                .shortNames("rs")
                .categories("all")
                .strategy(new ReplicaSets())
                .subresource(Apps.status("ReplicaSet"))
                .subresource(Apps.scale())
                .selectableFields(
                        new SelectableField(
                                "status.replicas",
                                object -> String.valueOf(object.at("/status/replicas").asInt())))
                .columns(
                        Apps.integer("Desired", "/spec/replicas"),
                        Apps.integer("Current", "/status/replicas"),
                        Apps.integer("Ready", "/status/readyReplicas"),
                        Column.AGE,
                        Apps.containers(),
                        Apps.images(),
                        Apps.selector())
                .build();
    }

    @Override
    public void defaults(ObjectNode object) {
        ObjectNode spec = object.withObject("/spec");
        PodDefaults.spec(spec.at("/template/spec"));
        Apps.putIfAbsent(spec, "replicas", 1);
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("replicas", 0);
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field set = Field.root(object);
        Field spec = set.at("spec");
        spec.at("replicas").notNegative();
        spec.at("minReadySeconds").notNegative();
        TemplateRules.ofWorkload(
                spec.at("selector"), spec.at("template"), "ReplicaSet", "deployment");
        return set.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field selector = Field.root(object).at("spec", "selector");
        selector.immutable(old.at("/spec/selector"));
        return selector.problems();
    }
}
