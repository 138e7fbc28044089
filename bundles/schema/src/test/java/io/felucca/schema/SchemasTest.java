package io.felucca.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.schema.Defaulter;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.SchemaValidator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SchemasTest {

    @Test
    void everyDefinitionCanBeRead() {
        for (String name : OpenApi.definitions()) {
            Schema schema = Schemas.definition(name);
            assertEquals(Schema.Type.OBJECT, schema.type(), name);
            for (Schema property : schema.properties().values()) {
                property.type();
                if (property.type() == Schema.Type.ARRAY) {
                    property.items().type();
                }
                if (property.listType() == Schema.ListType.MAP) {
                    assertTrue(
                            property.items().properties().keySet().containsAll(property.mapKeys()),
                            name);
                }
                if (!property.patchMergeKey().isEmpty()) {
                    assertTrue(property.items().property(property.patchMergeKey()) != null, name);
                }
            }
        }
        assertThrows(IllegalArgumentException.class, () -> Schemas.definition("nothing"));
    }

    @Test
    void factsAreOnTheirFields() {
        Schema pod = BuiltIn.schema("v1", "Pod");
        Schema containers = pod.property("spec").property("containers");
        assertEquals(Schema.ListType.MAP, containers.listType());
        assertEquals(List.of("name"), containers.mapKeys());
        assertEquals("name", containers.patchMergeKey());
        assertEquals(Set.of(Schema.PatchStrategy.MERGE), containers.patchStrategies());
        assertEquals(
                Set.of(Schema.PatchStrategy.MERGE, Schema.PatchStrategy.RETAIN_KEYS),
                pod.property("spec").property("volumes").patchStrategies());
        assertEquals(
                Schema.MapType.ATOMIC, pod.property("spec").property("nodeSelector").mapType());
        assertEquals("io.k8s.api.core.v1.PodSpec", pod.property("spec").definitionName());
        assertEquals(
                "quantity",
                containers
                        .items()
                        .property("resources")
                        .property("limits")
                        .additionalProperties()
                        .format());
        Schema json =
                Schemas.definition(
                        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
        assertEquals(Schema.Type.OBJECT, json.property("not").property("not").type());
    }

    @Test
    void defaultsAreUpstreamsAndIdempotent() {
        ObjectNode deployment =
                BuiltIn.json(
                        "{'metadata':{'name':'a'},'spec':{'template':{'spec':{'containers':[{'name':'c',"
                            + "'ports':[{'containerPort':80}],'livenessProbe':{'periodSeconds':0}}],"
                            + "'volumes':[{'name':'v','secret':{}}]}}}}");
        Schema schema = BuiltIn.schema("apps/v1", "Deployment");
        Defaulter.apply(deployment, schema);
        JsonNode spec = deployment.get("spec");
        assertEquals(1, spec.get("replicas").intValue());
        assertEquals(600, spec.get("progressDeadlineSeconds").intValue());
        assertEquals("RollingUpdate", spec.at("/strategy/type").textValue());
        assertFalse(spec.at("/strategy").has("rollingUpdate"));
        JsonNode pod = spec.at("/template/spec");
        assertEquals("ClusterFirst", pod.get("dnsPolicy").textValue());
        assertEquals(30, pod.get("terminationGracePeriodSeconds").intValue());
        assertEquals("TCP", pod.at("/containers/0/ports/0/protocol").textValue());
        assertEquals(10, pod.at("/containers/0/livenessProbe/periodSeconds").intValue());
        assertEquals(420, pod.at("/volumes/0/secret/defaultMode").intValue());
        ObjectNode once = deployment.deepCopy();
        Defaulter.apply(deployment, schema);
        assertEquals(once, deployment);
    }

    @Test
    void validationNamesFieldsAsUpstream() {
        ObjectNode service =
                BuiltIn.json(
                        "{'metadata':{'name':'a'},'spec':{'type':'Foo','ports':[{'protocol':'X'},{'port':1}]}}");
        List<String> errors =
                SchemaValidator.validate(service, BuiltIn.schema("v1", "Service")).stream()
                        .map(Object::toString)
                        .toList();
        assertEquals(
                List.of(
                        "spec.type: Unsupported value: \"Foo\": supported values: \"ClusterIP\","
                                + " \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
                        "spec.ports[0].port: Required value",
                        "spec.ports[0].protocol: Unsupported value: \"X\": supported values:"
                                + " \"SCTP\", \"TCP\", \"UDP\""),
                errors);
        ObjectNode status = BuiltIn.json("{'spec':{},'status':{'conditions':[{}]}}");
        assertEquals(
                List.of(),
                SchemaValidator.validate(status, BuiltIn.schema("v1", "PersistentVolumeClaim")));
    }

    @Test
    void openApiDocumentsHoldNoDanglingReferences() {
        ObjectNode v3 = OpenApi.v3("apps", "v1");
        assertTrue(v3.has("io.k8s.api.apps.v1.DeploymentList"));
        assertTrue(v3.has("io.k8s.apimachinery.pkg.api.resource.Quantity"));
        check(v3, v3, "#/components/schemas/");
        ObjectNode v2 = OpenApi.v2();
        check(v2, v2, "#/definitions/");
        assertEquals(
                "[{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}]",
                v3.get("io.k8s.api.apps.v1.Deployment")
                        .get("x-kubernetes-group-version-kind")
                        .toString());
        assertFalse(v2.toString().contains("x-felucca"));
    }

    @Test
    void eachFieldThatRefersToATypeIsDescribed() {
        for (ObjectNode document : List.of(OpenApi.v2(), OpenApi.v3(OpenApi.definitions()))) {
            document.properties()
                    .forEach(
                            type ->
                                    type.getValue()
                                            .path("properties")
                                            .properties()
                                            .forEach(
                                                    field ->
                                                            checkDescribed(
                                                                    type.getKey(),
                                                                    field.getKey(),
                                                                    field.getValue())));
        }
        String container = "/io.k8s.api.core.v1.Container/properties/resources";
        String words =
                "\"description\":\"What the container asks for and how much it may use at most.\"";
        String name = "io.k8s.api.core.v1.ResourceRequirements\"}";
        assertEquals(
                "{\"default\":{},"
                        + words
                        + ",\"allOf\":[{\"$ref\":\"#/components/schemas/"
                        + name
                        + "]}",
                OpenApi.v3("", "v1").at(container).toString());
        assertEquals(
                "{\"$ref\":\"#/definitions/" + name.replace("}", ",") + words + "}",
                OpenApi.v2().at(container).toString());
    }

    private static void checkDescribed(String type, String field, JsonNode node) {
        // Nobody explains JSON Schema's own words, upstream neither.
        if ((node.has("$ref") || node.has("allOf")) && !type.endsWith(".JSONSchemaProps")) {
            assertFalse(node.path("description").asText().isEmpty(), type + "." + field);
        }
    }

    private static void check(ObjectNode all, JsonNode node, String prefix) {
        JsonNode reference = node.get("$ref");
        if (reference != null && reference.isTextual()) {
            assertTrue(reference.textValue().startsWith(prefix), reference.textValue());
            assertTrue(
                    all.has(reference.textValue().substring(prefix.length())),
                    reference::textValue);
        }
        node.forEach(inner -> check(all, inner, prefix));
    }
}
