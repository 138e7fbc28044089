package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code configmaps}. */
final class ConfigMaps implements Strategy {
    static ResourceDefinition definition() {
        return Core.resource("ConfigMap", "configmaps")
                .shortNames("cm")
                .strategy(new ConfigMaps())
                .columns(Column.string("Data", ConfigMaps::count), Column.AGE)
                .build();
    }

    private static Object count(JsonNode object) {
        return String.valueOf(object.path("data").size() + object.path("binaryData").size());
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field map = Field.root(object);
        Field data = map.at("data");
        DataRules.keys(data);
        for (String key : data.keys()) {
            if (map.at("binaryData").has(key)) {
                data.key(key).invalid(key, "duplicate of key present in binaryData");
            }
        }
        DataRules.keys(map.at("binaryData"));
        DataRules.size(
                map,
                DataRules.textSize(data.node())
                        + DataRules.base64Size(map.at("binaryData").node()));
        return map.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field map = Field.root(object);
        DataRules.immutable(map, old, "data", "binaryData");
        return map.problems();
    }
}
