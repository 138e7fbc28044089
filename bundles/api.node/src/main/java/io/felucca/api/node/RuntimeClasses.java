package io.felucca.api.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.api.validation.ResourceRules;
import io.felucca.api.validation.TolerationRules;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.List;

/** {@code runtimeclasses}. */
final class RuntimeClasses implements Strategy {
    static ResourceDefinition definition() {
        return NodeGroup.resource("v1", "RuntimeClass", "runtimeclasses")
                .clusterScoped()
                .strategy(new RuntimeClasses())
                .columns(
                        Column.string("Handler", object -> object.path("handler").asText()),
                        Column.AGE)
                .build();
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field type = Field.root(object);
        type.at("handler").follow(NameRules::dnsLabel);
        Field overhead = type.at("overhead", "podFixed");
        for (String name : overhead.keys()) {
            ResourceRules.amount(overhead.key(name), name);
        }
        LabelRules.labels(type.at("scheduling", "nodeSelector"));
        TolerationRules.tolerations(type.at("scheduling", "tolerations"));
        return type.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field handler = Field.root(object).at("handler");
        handler.immutable(old.path("handler"));
        return handler.problems();
    }
}
