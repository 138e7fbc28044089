package io.felucca.api.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.PodDefaults;
import io.felucca.api.validation.TemplateRules;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** The small resources that have few rules of their own. */
final class Plain {
    private Plain() {}

    static ResourceDefinition podTemplates() {
        return Core.resource("PodTemplate", "podtemplates")
                .strategy(new PodTemplates())
                .columns(
                        Column.string(
                                "Containers",
                                object -> Cells.containerNames(object.at("/template/spec"))),
                        Column.string(
                                "Images", object -> Cells.images(object.at("/template/spec"))),
                        Column.string(
                                "Pod Labels",
                                object -> Cells.labels(object.at("/template/metadata/labels"))))
                .build();
    }

    private static final class PodTemplates implements Strategy {
        @Override
        public void defaults(ObjectNode object) {
            PodDefaults.spec(object.at("/template/spec"));
        }

        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field template = Field.root(object);
            TemplateRules.template(template.at("template"));
            return template.problems();
        }

        @Override
        public boolean tracksGeneration(ObjectNode object) {
            return true;
        }

        @Override
        public boolean changesGeneration(ObjectNode object, ObjectNode old) {
            return !object.path("template").equals(old.path("template"));
        }
    }
}
