package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ScaleView;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import io.felucca.machinery.JsonPath;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StructuralSchemas;
import io.felucca.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Makes what the server serves from a CustomResourceDefinition. Pure functions. */
final class Definition {
    private static final Schema OBJECT_META =
            Schemas.definition("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");

    private Definition() {}

    /**
     * The resources of all versions that are served.
     *
     * @param stored the definition's bytes, from which documents are made when they are asked for
     * @param names the accepted ones
     */
    static List<ResourceDefinition> resources(
            byte[] stored, ObjectNode crd, JsonNode names, Surroundings surroundings) {
        JsonNode spec = crd.path("spec");
        List<ResourceDefinition> resources = new ArrayList<>();
        Conversion conversion = Conversion.of(spec.path("conversion"), surroundings.webhooks());
        int place = 0;
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean()) {
                resources.add(
                        resource(stored, crd, names, version, place, surroundings, conversion));
            }
            place++;
        }
        return resources;
    }

    private static ResourceDefinition resource(
            byte[] stored,
            ObjectNode crd,
            JsonNode names,
            JsonNode version,
            int place,
            Surroundings surroundings,
            Conversion conversion) {
        JsonNode spec = crd.path("spec");
        String group = spec.path("group").asText();
        GroupVersionKind kind =
                new GroupVersionKind(
                        group, version.path("name").asText(), names.path("kind").asText());
        Schema schema = StructuralSchemas.read(version.at("/schema/openAPIV3Schema"), OBJECT_META);
        JsonNode parts = version.path("subresources");
        RuleRunner runner = new RuleRunner(schema, surroundings.rules());
        ResourceDefinition.Builder builder =
                ResourceDefinition.builder(kind, names.path("plural").asText(), schema)
                        .singular(names.path("singular").asText())
                        .listKind(names.path("listKind").asText())
                        .shortNames(texts(names.path("shortNames")))
                        .categories(texts(names.path("categories")))
                        .verbs(verbs(crd))
                        .strategy(new CustomStrategy(parts.has("status"), runner))
                        .columns(CustomColumns.of(version.path("additionalPrinterColumns")))
                        .selectableFields(selectable(version.path("selectableFields")))
                        .warning(warning(version, kind))
                        .openApi(() -> openApi(stored, place));
        if (spec.path("scope").asText().equals("Cluster")) {
            builder.clusterScoped();
        }
        addParts(builder, kind, schema, parts, runner);
        if (mayBeStoredOtherwise(crd)) {
            String storage = group + "/" + storageVersion(spec);
            builder.converter(new VersionForm(kind, storage, schema, conversion));
        }
        return builder.build();
    }

    private static void addParts(
            ResourceDefinition.Builder builder,
            GroupVersionKind kind,
            Schema schema,
            JsonNode parts,
            RuleRunner rules) {
        Set<ResourceDefinition.Verb> verbs =
                Set.of(
                        ResourceDefinition.Verb.GET,
                        ResourceDefinition.Verb.UPDATE,
                        ResourceDefinition.Verb.PATCH);
        if (parts.has("status")) {
            builder.subresource(
                    new Subresource("status", kind, schema, verbs, new CustomStatus(rules)));
        }
        if (parts.has("scale")) {
            builder.subresource(
                    new Subresource(
                            "scale",
                            ScaleView.KIND,
                            Schemas.of(ScaleView.KIND),
                            verbs,
                            new CustomScale(parts.get("scale"), rules)));
        }
    }

    /**
     * Whether objects may have another form than the one that is served now: stored in another
     * version, or before the definition was changed.
     */
    private static boolean mayBeStoredOtherwise(ObjectNode crd) {
        return crd.path("metadata").path("generation").asLong() > 1
                || crd.path("spec").path("versions").size() > 1;
    }

    static String storageVersion(JsonNode spec) {
        for (JsonNode version : spec.path("versions")) {
            if (version.path("storage").asBoolean()) {
                return version.path("name").asText();
            }
        }
        return "";
    }

    /** While it is being emptied, nothing is created. */
    private static ResourceDefinition.Verb[] verbs(ObjectNode crd) {
        EnumSet<ResourceDefinition.Verb> verbs = EnumSet.copyOf(ResourceDefinition.Verb.ALL);
        if (crd.path("metadata").hasNonNull("deletionTimestamp")) {
            verbs.remove(ResourceDefinition.Verb.CREATE);
        }
        return verbs.toArray(ResourceDefinition.Verb[]::new);
    }

    private static String warning(JsonNode version, GroupVersionKind kind) {
        if (!version.path("deprecated").asBoolean()) {
            return "";
        }
        String own = version.path("deprecationWarning").asText("");
        return own.isEmpty() ? kind.apiVersion() + " " + kind.kind() + " is deprecated" : own;
    }

    private static SelectableField[] selectable(JsonNode fields) {
        List<SelectableField> all = new ArrayList<>();
        for (JsonNode field : fields) {
            String path = field.path("jsonPath").asText();
            JsonPath compiled = JsonPath.parse(path);
            all.add(
                    new SelectableField(
                            path.substring(1),
                            object -> compiled.first(object).map(JsonNode::asText).orElse("")));
        }
        return all.toArray(SelectableField[]::new);
    }

    private static String[] texts(JsonNode list) {
        String[] texts = new String[list.size()];
        Arrays.setAll(texts, i -> list.get(i).asText());
        return texts;
    }

    private static ObjectNode openApi(byte[] stored, int place) {
        JsonNode schema =
                Json.parseObject(stored)
                        .path("spec")
                        .path("versions")
                        .path(place)
                        .at("/schema/openAPIV3Schema");
        return (ObjectNode) schema;
    }
}
