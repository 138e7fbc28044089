package io.felucca.apiserver.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DocumentsTest {
    private static ObjectNode json(String text) {
        return Json.parseObject(
                text.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void anOldListBecomesResourcesWithTheirParts() {
        ObjectNode list =
                json(
                        "{'resources':[{'name':'boats/status','namespaced':true,'kind':'Boat',"
                            + "'verbs':['get']},{'name':'boats','singularName':'boat',"
                            + "'namespaced':true,'kind':'Boat','verbs':['get','list'],"
                            + "'shortNames':['bo']},{'name':'boats/scale','group':'autoscaling',"
                            + "'version':'v1','kind':'Scale','verbs':['update']},"
                            + "{'name':'harbours/map','namespaced':false,'kind':'Map',"
                            + "'verbs':['get']}]}");
        assertEquals(
                json("{'a':[{'resource':'boats','responseKind':{'group':'x.io',"
                                + "'version':'v1','kind':'Boat'},'scope':'Namespaced',"
                                + "'singularResource':'boat','verbs':['get','list'],"
                                + "'shortNames':['bo'],'subresources':[{'subresource':"
                                + "'status','responseKind':{'group':'x.io','version':'v1',"
                                + "'kind':'Boat'},'verbs':['get']},{'subresource':'scale',"
                                + "'responseKind':{'group':'autoscaling','version':'v1',"
                                + "'kind':'Scale'},'verbs':['update']}]},{'resource':"
                                + "'harbours','responseKind':{},'scope':'Cluster',"
                                + "'subresources':[{'subresource':'map','responseKind':"
                                + "{'group':'x.io','version':'v1','kind':'Map'},"
                                + "'verbs':['get']}]}]}")
                        .get("a"),
                LegacyDiscovery.resources(list, "x.io", "v1"));
    }

    @Test
    void ofAnOpenApiDocumentOnlyWhatIsNeededIsTaken() {
        ObjectNode document =
                json(
                        "{'paths':{'/apis/x.io/v1/boats':{'get':{'r':{'$ref':'#/definitions/Boat'}"
                                + "}},'/apis/x.io/v2/boats':{'r':{'$ref':'#/definitions/Other'}},"
                                + "'/version':{}},'definitions':{'Boat':{'p':{'$ref':"
                                + "'#/definitions/Sail'}},'Sail':{'of':{'$ref':"
                                + "'#/definitions/Boat'}},'Other':{}}}");
        ObjectNode part = OpenApiPart.of(document, "/apis/x.io/v1/");
        assertEquals(List.of("/apis/x.io/v1/boats"), names(part.get("paths")));
        assertEquals(List.of("Boat", "Sail"), names(part.get("definitions")));
        assertNull(OpenApiPart.of(document, "/apis/none/v1/"));
    }
}
