package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.api.validation.Notices;
import io.felucca.api.validation.PodDefaults;
import io.felucca.api.validation.TemplateRules;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ScaleView;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.schema.Schemas;
import java.util.List;
import java.util.Map;

/** {@code replicationcontrollers} with status and scale. */
final class ReplicationControllers implements Strategy {
    static ResourceDefinition definition() {
        return Core.resource("ReplicationController", "replicationcontrollers")
                .shortNames("rc")
                .categories("all")
                .strategy(new ReplicationControllers())
                .subresource(Core.status("ReplicationController"))
                .subresource(ScaleView.subresource(Schemas.of(ScaleView.KIND)))
                .selectableFields(
                        new SelectableField(
                                "status.replicas",
                                rc -> String.valueOf(rc.at("/status/replicas").asInt())))
                .columns(
                        Column.integer("Desired", rc -> rc.at("/spec/replicas").asLong()),
                        Column.integer("Current", rc -> rc.at("/status/replicas").asLong()),
                        Column.integer("Ready", rc -> rc.at("/status/readyReplicas").asLong()),
                        Column.AGE,
                        Column.string("Containers", rc -> Cells.containerNames(podSpec(rc))).wide(),
                        Column.string("Images", rc -> Cells.images(podSpec(rc))).wide(),
                        Column.string("Selector", rc -> Cells.labels(rc.at("/spec/selector")))
                                .wide())
                .build();
    }

    private static JsonNode podSpec(JsonNode controller) {
        return controller.at("/spec/template/spec");
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn("ReplicationController", "replicationcontroller-controller");
    }

    /** Of all workloads, only this oldest takes selector and labels from its template. */
    @Override
    public void defaults(ObjectNode object) {
        PodDefaults.spec(object.at("/spec/template/spec"));
        JsonNode labels = object.at("/spec/template/metadata/labels");
        if (labels.isEmpty()) {
            return;
        }
        if (object.path("spec").path("selector").isEmpty()) {
            object.withObject("/spec").set("selector", labels.deepCopy());
        }
        if (object.path("metadata").path("labels").isEmpty()) {
            Core.metadata(object).set("labels", labels.deepCopy());
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("replicas", 0);
    }

    /** As upstream keeps it for this version, so that old clients don't lose pods. */
    @Override
    public String defaultPropagation() {
        return "Orphan";
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field controller = Field.root(object);
        Field spec = controller.at("spec");
        spec.at("minReadySeconds").notNegative();
        spec.at("replicas").notNegative();
        if (spec.at("selector").require()) {
            LabelRules.labels(spec.at("selector"));
        }
        Field template = spec.at("template");
        if (!template.present()) {
            template.required("");
            return controller.problems();
        }
        Map<String, String> wanted = LabelRules.map(spec.at("selector").node());
        Map<String, String> labels = LabelRules.map(template.at("metadata", "labels").node());
        if (!labels.entrySet().containsAll(wanted.entrySet())) {
            template.at("metadata", "labels")
                    .invalid(
                            template.at("metadata", "labels").node(),
                            "`selector` does not match template `labels`");
        }
        TemplateRules.template(template);
        Field policy = template.at("spec", "restartPolicy");
        if (!policy.text().equals("Always")) {
            policy.notSupported(List.of("Always"));
        }
        return controller.problems();
    }
}
