package io.felucca.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiServer.Patch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    private final Harbour harbour = new Harbour();

    @AfterEach
    void close() {
        harbour.close();
    }

    @Test
    void whoWroteWhatIsRecorded() {
        harbour.create(Harbour.boat("argo"));
        harbour.patch("argo", Patch.Type.MERGE, "{'spec':{'masts':2}}");
        ObjectNode boat = harbour.read("argo");
        assertEquals(1, boat.at("/metadata/managedFields").size());
        assertEquals("kube-apiserver", boat.at("/metadata/managedFields/0/manager").asText());
        assertTrue(
                boat.at("/metadata/managedFields/0/fieldsV1/f:spec").has("f:masts"),
                boat.toString());
        long revision = boat.at("/metadata/resourceVersion").asLong();
        boat.withObject("/metadata").remove("managedFields");
        assertEquals(revision, harbour.update(boat).revision());
    }

    @Test
    void whatAdmissionAddsToANewObjectIsNobodys() {
        harbour.engine.add(
                new AdmissionPlugin() {
                    @Override
                    public void mutate(Request request) {
                        request.object().withObject("/metadata/annotations").put("flag", "red");
                        request.object().withObject("/spec").put("rig", "lateen");
                    }
                },
                "Painter",
                0);
        harbour.create(
                Harbour.json(
                        "{'metadata':{'name':'argo','annotations':{'own':'x'}},'spec':{'masts':2}}"));
        ObjectNode boat = harbour.read("argo");
        assertEquals("red", boat.at("/metadata/annotations/flag").asText());
        assertEquals("lateen", boat.at("/spec/rig").asText());
        JsonNode fields = boat.at("/metadata/managedFields/0/fieldsV1");
        JsonNode annotations = fields.path("f:metadata").path("f:annotations");
        assertTrue(annotations.has("f:own"), fields.toString());
        assertFalse(annotations.has("f:flag"), fields.toString());
        assertTrue(fields.path("f:spec").has("f:masts"), fields.toString());
    }

    @Test
    void theLastLabelTakesTheLabelsWithIt() {
        harbour.create(Harbour.json("{'metadata':{'name':'argo','labels':{'a':'b'}},'spec':{}}"));
        harbour.patch("argo", Patch.Type.MERGE, "{'metadata':{'labels':{'a':null}}}");
        ObjectNode boat = harbour.read("argo");
        assertFalse(boat.path("metadata").has("labels"), boat.toString());
        long revision = boat.at("/metadata/resourceVersion").asLong();
        boat.withObject("/metadata").putObject("annotations");
        assertEquals(revision, harbour.update(boat).revision());
    }
}
