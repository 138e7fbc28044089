package io.felucca.api.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.ValidationRules;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/** {@code customresourcedefinitions} with status. */
final class CustomResourceDefinitions implements Strategy {
    private static final String APPROVED = "api-approved.kubernetes.io";
    private static final List<String> PROTECTED = List.of("k8s.io", "kubernetes.io");
    private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    private final Supplier<ValidationRules> rules;

    private CustomResourceDefinitions(Supplier<ValidationRules> rules) {
        this.rules = rules;
    }

    /**
     * @param rules checks those in the schemas; gives null while it is away
     */
    static ResourceDefinition definition(Supplier<ValidationRules> rules) {
        return ApiExtensionsGroup.resource(
                        "v1", "CustomResourceDefinition", "customresourcedefinitions")
                .clusterScoped()
                .shortNames("crd", "crds")
                .categories("api-extensions")
                .strategy(new CustomResourceDefinitions(rules))
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

    /** At first its objects have to go, which the server does for this finalizer. */
    @Override
    public boolean holdsDeletion(ObjectNode object) {
        return !object.path("metadata").hasNonNull("deletionTimestamp");
    }

    @Override
    public void prepareForDeletion(ObjectNode object) {
        ArrayNode finalizers = object.withObject("/metadata").withArray("finalizers");
        for (JsonNode one : finalizers) {
            if (one.asText().equals(CLEANUP)) {
                return;
            }
        }
        finalizers.add(CLEANUP);
    }

    /** A new storage version joins those in which objects may lie. */
    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        // The old object's own, so far.
        ObjectNode status =
                object.path("status") instanceof ObjectNode shared
                        ? shared.deepCopy()
                        : object.objectNode();
        object.set("status", status);
        ArrayNode stored = status.withArray("storedVersions");
        Set<String> known = new HashSet<>();
        stored.forEach(one -> known.add(one.asText()));
        for (JsonNode version : object.at("/spec/versions")) {
            String name = version.path("name").asText();
            if (version.path("storage").asBoolean() && known.add(name)) {
                stored.add(name);
            }
        }
    }

    private static boolean isEstablished(ObjectNode definition) {
        for (JsonNode condition : definition.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Established")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
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
        approval(definition, group.text());
        spec.at("scope").requireOneOf(List.of("Cluster", "Namespaced"));
        names(spec.at("names"));
        if (spec.at("preserveUnknownFields").isTrue()) {
            spec.at("preserveUnknownFields")
                    .invalid(
                            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true"
                                    + " in spec.versions[*].schema instead");
        }
        VersionRules.check(spec.at("versions"), rules);
        ConversionRules.check(spec.at("conversion"));
        storedVersions(definition.at("status", "storedVersions"), object);
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

    /** Groups of the community are not for everybody. */
    private static void approval(Field definition, String group) {
        boolean isProtected =
                PROTECTED.stream().anyMatch(one -> group.equals(one) || group.endsWith("." + one));
        Field approval = definition.at("metadata", "annotations").key(APPROVED);
        if (isProtected && !approval.filled()) {
            approval.required(
                    "protected groups must have approval annotation \""
                            + APPROVED
                            + "\", see https://github.com/kubernetes/enhancements/pull/1111");
        }
    }

    /** What objects may be stored in must stay readable. */
    private static void storedVersions(Field stored, ObjectNode object) {
        Set<String> names = new HashSet<>();
        object.at("/spec/versions").forEach(one -> names.add(one.path("name").asText()));
        for (Field one : stored.items()) {
            if (!names.contains(one.text())) {
                one.invalid(
                        "missing from spec.versions; "
                                + one.text()
                                + " was previously a storage version, and must remain in"
                                + " spec.versions until a storage migration ensures no data"
                                + " remains persisted in "
                                + one.text()
                                + " and removes "
                                + one.text()
                                + " from status.storedVersions");
            }
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        spec.at("group").immutable(old.at("/spec/group"));
        spec.at("names", "plural").immutable(old.at("/spec/names/plural"));
        if (isEstablished(old)) {
            spec.at("scope").immutable(old.at("/spec/scope"));
            spec.at("names", "kind").immutable(old.at("/spec/names/kind"));
        }
        return spec.problems();
    }
}
