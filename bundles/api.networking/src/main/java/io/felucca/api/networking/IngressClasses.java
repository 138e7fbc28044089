package io.felucca.api.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code ingressclasses}. */
final class IngressClasses implements Strategy {
    private static final int MAX_CONTROLLER = 250;

    static ResourceDefinition definition() {
        return NetworkingGroup.resource("v1", "IngressClass", "ingressclasses")
                .clusterScoped()
                .strategy(new IngressClasses())
                .columns(
                        Column.string(
                                "Controller", object -> object.at("/spec/controller").asText()),
                        Column.string("Parameters", IngressClasses::parameters),
                        Column.AGE)
                .build();
    }

    private static Object parameters(JsonNode object) {
        JsonNode parameters = object.at("/spec/parameters");
        if (parameters.isMissingNode() || parameters.isNull()) {
            return "<none>";
        }
        String group = parameters.path("apiGroup").asText("");
        return parameters.path("kind").asText()
                + (group.isEmpty() ? "" : "." + group)
                + "/"
                + parameters.path("name").asText();
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field type = Field.root(object);
        Field controller = type.at("spec", "controller");
        if (controller.require()) {
            String text = controller.text();
            if (text.length() > MAX_CONTROLLER) {
                controller.tooLong(MAX_CONTROLLER);
            }
            if (text.indexOf('/') <= 0 || text.endsWith("/")) {
                controller.invalid("must be a domain-prefixed path (such as \"acme.io/foo\")");
            }
        }
        Field parameters = type.at("spec", "parameters");
        if (parameters.present()) {
            parameters.at("kind").require();
            parameters.at("name").require();
            if (parameters.at("scope").requireOneOf(List.of("Cluster", "Namespace"))) {
                boolean namespaced = parameters.text("scope").equals("Namespace");
                if (namespaced) {
                    parameters.at("namespace").require("`parameters.scope` is set to 'Namespace'");
                } else if (parameters.has("namespace")) {
                    parameters.at("namespace").forbidden("`parameters.scope` is set to 'Cluster'");
                }
            }
        }
        return type.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field controller = Field.root(object).at("spec", "controller");
        controller.immutable(old.at("/spec/controller"));
        return controller.problems();
    }
}
