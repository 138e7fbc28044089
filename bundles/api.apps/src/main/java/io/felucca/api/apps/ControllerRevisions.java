package io.felucca.api.apps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;
import java.util.Locale;

/** {@code controllerrevisions}. */
final class ControllerRevisions implements Strategy {
    static ResourceDefinition definition() {
        return Apps.resource("ControllerRevision", "controllerrevisions")
                .strategy(new ControllerRevisions())
                .columns(
                        Column.string("Controller", ControllerRevisions::controller),
                        Column.string("Revision", object -> object.path("revision").asLong()),
                        Column.AGE)
                .build();
    }

    private static Object controller(JsonNode revision) {
        for (JsonNode owner : revision.at("/metadata/ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return owner.path("kind").asText().toLowerCase(Locale.ROOT)
                        + group(owner.path("apiVersion").asText())
                        + "/"
                        + owner.path("name").asText();
            }
        }
        return "<none>";
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : "." + apiVersion.substring(0, slash);
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field revision = Field.root(object);
        if (!revision.at("data").present()) {
            revision.at("data").required("data is mandatory");
        }
        revision.at("revision").notNegative();
        return revision.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field revision = Field.root(object);
        revision.at("data").immutable(old.path("data"));
        return revision.problems();
    }
}
