package io.felucca.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StrategicMergePatch;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StrategicMergePatchTest {
    private static final Schema POD = BuiltIn.schema("v1", "Pod");

    private static ObjectNode patchedPod(String spec, String patch) {
        return StrategicMergePatch.apply(
                BuiltIn.json("{'spec':" + spec + "}"), BuiltIn.json("{'spec':" + patch + "}"), POD);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // A list with a merge key merges element by element; new ones come where patched.
                "{'containers':[{'name':'a','image':'1'},{'name':'b'}]}"
                        + "|{'containers':[{'name':'a','image':'2'}]}"
                        + "|{'containers':[{'name':'a','image':'2'},{'name':'b'}]}",
                "{'containers':[{'name':'a'}]}"
                        + "|{'containers':[{'name':'b'}]}"
                        + "|{'containers':[{'name':'b'},{'name':'a'}]}",
                // An atomic list is replaced.
                "{'tolerations':[{'key':'a'}]}|{'tolerations':[{'key':'b'}]}"
                        + "|{'tolerations':[{'key':'b'}]}",
                // Null removes; a null for what isn't there does nothing.
                "{'nodeName':'n','hostname':'h'}|{'nodeName':null,'subdomain':null}|{'hostname':'h'}",
                "{}|{'nodeSelector':{'a':'1','b':null}}|{'nodeSelector':{'a':'1'}}",
                // Directives.
                "{'containers':[{'name':'a'},{'name':'b'}]}"
                        + "|{'containers':[{'name':'a','$patch':'delete'}]}"
                        + "|{'containers':[{'name':'b'}]}",
                "{'containers':[{'name':'a'},{'name':'b'}]}"
                        + "|{'containers':[{'name':'c'},{'$patch':'replace'}]}"
                        + "|{'containers':[{'name':'c'}]}",
                "{'securityContext':{'runAsUser':1}}"
                        + "|{'securityContext':{'$patch':'replace','runAsGroup':2}}"
                        + "|{'securityContext':{'runAsGroup':2}}",
                "{'securityContext':{'runAsUser':1}}|{'securityContext':{'$patch':'delete'}}"
                        + "|{'securityContext':{}}",
                "{}|{'containers':[{'name':'a','$patch':'delete'},{'name':'b','image':null}]}"
                        + "|{'containers':[{'name':'b'}]}",
                // The order of the patch, and the server's own elements where the server has them.
                "{'containers':[{'name':'a'},{'name':'x'},{'name':'b'}]}"
                        + "|{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}],"
                        + "'containers':[{'name':'b','image':'2'}]}"
                        + "|{'containers':[{'name':'x'},{'name':'b','image':'2'},{'name':'a'}]}",
                "{'containers':[{'name':'a'},{'name':'b'}]}"
                        + "|{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}]}"
                        + "|{'containers':[{'name':'b'},{'name':'a'}]}",
                // A volume keeps only the keys that the patch names.
                "{'volumes':[{'name':'v','emptyDir':{}}]}"
                        + "|{'volumes':[{'name':'v','$retainKeys':['name','secret'],'secret':{}}]}"
                        + "|{'volumes':[{'name':'v','secret':{}}]}",
                // Two merge levels.
                "{'containers':[{'name':'a','env':[{'name':'x','value':'1'}]}]}"
                        + "|{'containers':[{'name':'a','env':[{'name':'x','value':'2'}]}]}"
                        + "|{'containers':[{'name':'a','env':[{'name':'x','value':'2'}]}]}",
            })
    void patchesLeadToWhatUpstreamMakes(String spec, String patch, String result) {
        assertEquals(BuiltIn.json("{'spec':" + result + "}"), patchedPod(spec, patch));
    }

    @Test
    void primitiveListsMergeAsSets() {
        ObjectNode pod = BuiltIn.json("{'metadata':{'finalizers':['a','b']}}");
        assertEquals(
                BuiltIn.json("{'metadata':{'finalizers':['a','b','c']}}"),
                StrategicMergePatch.apply(
                        pod,
                        BuiltIn.json(
                                "{'metadata':{'$setElementOrder/finalizers':['a','b','c'],'finalizers':['c','b']}}"),
                        POD));
        assertEquals(
                BuiltIn.json("{'metadata':{'finalizers':['b']}}"),
                StrategicMergePatch.apply(
                        pod,
                        BuiltIn.json("{'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}}"),
                        POD));
    }

    @Test
    void strategyRetainsOnlyTheKeysOfThePatch() {
        ObjectNode deployment =
                BuiltIn.json(
                        "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}");
        assertEquals(
                BuiltIn.json("{'spec':{'strategy':{'type':'Recreate'}}}"),
                StrategicMergePatch.apply(
                        deployment,
                        BuiltIn.json(
                                "{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}"),
                        BuiltIn.schema("apps/v1", "Deployment")));
    }

    @Test
    void nonsenseIsABadRequest() {
        for (String patch :
                new String[] {
                    "{'containers':[{'image':'no-key'}]}",
                    "{'containers':[{'name':'a','$patch':'explode'}]}",
                    "{'$retainKeys':'x'}",
                    "{'$retainKeys':['a'],'nodeName':'b'}",
                    "{'$patch':'x'}"
                }) {
            assertThrows(
                    ApiException.class,
                    () -> patchedPod("{'containers':[{'name':'a'}]}", patch),
                    patch);
        }
    }

    @Test
    void patchesAreIdempotentAndLeaveTheirArgumentsAlone() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            ObjectNode pod = pod(random, false);
            ObjectNode patch = pod(random, true);
            ObjectNode before = pod.deepCopy();
            ObjectNode once = StrategicMergePatch.apply(pod, patch, POD);
            String why = "seed " + seed + ": " + pod + " with " + patch;
            assertEquals(before, pod, why);
            assertEquals(once, StrategicMergePatch.apply(once, patch, POD), why);
            assertEquals(pod, StrategicMergePatch.apply(pod, Json.object(), POD), why);
            assertEquals(pod, StrategicMergePatch.apply(pod, pod, POD), why);
        }
    }

    private static ObjectNode pod(Random random, boolean patch) {
        ObjectNode pod = Json.object();
        ObjectNode spec = pod.putObject("spec");
        ArrayNode containers = spec.putArray("containers");
        for (int i = 0; i < 4; i++) {
            if (random.nextBoolean()) {
                ObjectNode container = containers.addObject().put("name", "c" + i);
                if (random.nextBoolean()) {
                    container.put("image", "i" + random.nextInt(3));
                } else if (patch && random.nextInt(4) == 0) {
                    container.put("$patch", "delete");
                }
                ArrayNode ports = container.putArray("ports");
                for (int port = random.nextInt(3); port > 0; port--) {
                    ports.addObject()
                            .put("containerPort", port)
                            .put("name", "p" + random.nextInt(3));
                }
            }
        }
        if (random.nextBoolean()) {
            spec.putArray("tolerations").addObject().put("key", "k" + random.nextInt(3));
        }
        ObjectNode labels = pod.putObject("metadata").putObject("labels");
        for (int i = 0; i < 3; i++) {
            if (random.nextBoolean()) {
                labels.put("l" + i, random.nextInt(3) + "");
            } else if (patch && random.nextBoolean()) {
                labels.putNull("l" + i);
            }
        }
        return pod;
    }
}
