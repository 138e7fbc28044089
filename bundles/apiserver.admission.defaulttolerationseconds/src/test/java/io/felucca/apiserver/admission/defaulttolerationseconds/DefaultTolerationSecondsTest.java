package io.felucca.apiserver.admission.defaulttolerationseconds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class DefaultTolerationSecondsTest {
    private static final String NOT_READY =
            "{'key':'node.kubernetes.io/not-ready','operator':'Exists','effect':'NoExecute',"
                    + "'tolerationSeconds':300}";
    private static final String UNREACHABLE =
            "{'key':'node.kubernetes.io/unreachable','operator':'Exists','effect':'NoExecute',"
                    + "'tolerationSeconds':300}";

    private final DefaultTolerationSeconds plugin = new DefaultTolerationSeconds();

    @Test
    void aPodStaysForFiveMinutesOnANodeInTrouble() {
        assertTolerations("[" + NOT_READY + "," + UNREACHABLE + "]", "{}");
    }

    @Test
    void otherTolerationsStayInFront() {
        String own = "{'key':'gpu','operator':'Exists','effect':'NoSchedule'}";
        assertTolerations(
                "[" + own + "," + NOT_READY + "," + UNREACHABLE + "]",
                "{'tolerations':[" + own + "]}");
    }

    @Test
    void aPodsOwnWordCounts() {
        String own =
                "{'key':'node.kubernetes.io/not-ready','operator':'Exists','effect':'NoExecute',"
                        + "'tolerationSeconds':5}";
        assertTolerations("[" + own + "," + UNREACHABLE + "]", "{'tolerations':[" + own + "]}");
        assertTolerations("[{'operator':'Exists'}]", "{'tolerations':[{'operator':'Exists'}]}");
        String anyEffect = "{'key':'node.kubernetes.io/unreachable','operator':'Exists'}";
        assertTolerations(
                "[" + anyEffect + "," + NOT_READY + "]", "{'tolerations':[" + anyEffect + "]}");
    }

    @Test
    void aTolerationOfSchedulingOnlyIsNotEnough() {
        String own = "{'key':'node.kubernetes.io/unreachable','effect':'NoSchedule'}";
        assertTolerations(
                "[" + own + "," + NOT_READY + "," + UNREACHABLE + "]",
                "{'tolerations':[" + own + "]}");
    }

    @Test
    void onlyPodsThemselvesAreChanged() {
        ObjectNode object = json("{'spec':{}}");
        plugin.mutate(request(Operation.CREATE, "deployments", "", object));
        plugin.mutate(request(Operation.UPDATE, "pods", "status", object));
        plugin.mutate(request(Operation.DELETE, "pods", "", null));
        assertFalse(object.path("spec").has("tolerations"));
    }

    private void assertTolerations(String expected, String spec) {
        for (Operation operation : new Operation[] {Operation.CREATE, Operation.UPDATE}) {
            ObjectNode pod = json("{'spec':" + spec + "}");
            plugin.mutate(request(operation, "pods", "", pod));
            assertEquals(
                    json("{'tolerations':" + expected + "}").toString(),
                    json("{}").set("tolerations", pod.at("/spec/tolerations")).toString());
        }
    }

    private static Request request(
            Operation operation, String resource, String subresource, ObjectNode object) {
        return new Request(
                operation,
                UserInfo.of("jane"),
                new GroupVersionResource("", "v1", resource),
                new GroupVersionKind("", "v1", "Any"),
                subresource,
                "shop",
                "web",
                object,
                null,
                false,
                null);
    }

    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
