package io.felucca.api.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code customresourcedefinitions} with status. */
final class CustomResourceDefinitions implements Strategy {
    static ResourceDefinition definition() {
        return ApiExtensionsGroup.resource(
                        "v1", "CustomResourceDefinition", "customresourcedefinitions")
                .clusterScoped()
                .shortNames("crd", "crds")
                .categories("api-extensions")
                .strategy(new CustomResourceDefinitions())
                .subresource(ApiExtensionsGroup.status("v1", "CustomResourceDefinition"))
                .columns(
                        Column.string(
                                "Created At",
                                object -> object.at("/metadata/creationTimestamp").asText()))
                .build();
    }

    @Override
    public void defaults(ObjectNode object) {
        ObjectNode spec = object.withObject("/spec");
        ObjectNode names = spec.withObject("/names");
        String kind = names.path("kind").asText("");
        if (names.path("singular").asText("").isEmpty() && !kind.isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (names.path("listKind").asText("").isEmpty() && !kind.isEmpty()) {
            names.put("listKind", kind + "List");
        }
        if (!spec.path("conversion").hasNonNull("strategy")) {
            spec.withObject("/conversion").put("strategy", "None");
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        ObjectNode status = object.putObject("status");
        ArrayNode stored = status.putArray("storedVersions");
        for (JsonNode version : object.at("/spec/versions")) {
            if (version.path("storage").asBoolean()) {
                stored.add(version.path("name").asText());
            }
        }
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        return List.of("custom resources are not served yet: this definition has no effect");
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field definition = Field.root(object);
        Field spec = definition.at("spec");
        String wanted = spec.at("names").text("plural") + "." + spec.text("group");
        Field name = definition.at("metadata", "name");
        if (!name.text().equals(wanted)) {
            name.invalid("must be spec.names.plural+\".\"+spec.group");
        }
        Field group = spec.at("group");
        if (group.require()) {
            group.follow(NameRules::dnsSubdomain);
            if (!group.text().contains(".")) {
                group.invalid("should be a domain with at least one dot");
            }
        }
        spec.at("scope").requireOneOf(List.of("Cluster", "Namespaced"));
        names(spec.at("names"));
        versions(spec.at("versions"));
        spec.at("conversion", "strategy").oneOf(List.of("None", "Webhook"));
        return definition.problems();
    }

    private static void names(Field names) {
        for (String field : List.of("plural", "singular")) {
            if (names.at(field).require()) {
                names.at(field).follow(NameRules::dns1035Label);
            }
        }
        for (String field : List.of("kind", "listKind")) {
            Field kind = names.at(field);
            if (kind.require()) {
                NameRules.dns1035Label(kind.text().toLowerCase(Locale.ROOT))
                        .forEach(
                                message ->
                                        kind.invalid(
                                                "may have mixed case, but should otherwise match: "
                                                        + message));
            }
        }
        if (names.at("kind").filled() && names.text("kind").equals(names.text("listKind"))) {
            names.at("listKind").invalid("kind and listKind may not be the same");
        }
        for (String list : List.of("shortNames", "categories")) {
            names.at(list).items().forEach(one -> one.follow(NameRules::dns1035Label));
        }
    }

    private static void versions(Field versions) {
        if (!versions.filled()) {
            versions.required("must have exactly one version marked as storage version");
            return;
        }
        Set<String> seen = new HashSet<>();
        int stored = 0;
        for (Field version : versions.items()) {
            Field name = version.at("name");
            name.follow(NameRules::dns1035Label);
            if (!seen.add(name.text())) {
                versions.invalid("must contain unique version names");
            }
            stored += version.at("storage").isTrue() ? 1 : 0;
            schema(version.at("schema", "openAPIV3Schema"));
        }
        if (stored != 1) {
            versions.invalid("must have exactly one version marked as storage version");
        }
    }

    private static void schema(Field schema) {
        if (!schema.present()) {
            schema.required("schemas are required");
        } else if (!schema.at("type").filled()) {
            schema.at("type").required("must not be empty at the root");
        } else if (!schema.text("type").equals("object")) {
            schema.at("type").invalid("must be object at the root");
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        spec.at("group").immutable(old.at("/spec/group"));
        spec.at("names", "plural").immutable(old.at("/spec/names/plural"));
        spec.at("scope").immutable(old.at("/spec/scope"));
        spec.at("names", "kind").immutable(old.at("/spec/names/kind"));
        return spec.problems();
    }
}
