package io.felucca.apiserver.admission.priority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.testing.AdmissionFixture;
import io.felucca.testing.StoredJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PriorityTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private final Priority plugin = new Priority();
    private final Classes classes = new Classes(new ArrayList<>());

    @Test
    void aPodWithoutAClassHasPriorityZero() {
        assertEquals(
                json("{'priority':0,'preemptionPolicy':'PreemptLowerPriority'}"), created("{}"));
    }

    @Test
    void aPodGetsTheNumbersOfItsClass() {
        classes.add("high", 1000, "Never", false);
        assertEquals(
                json("{'priorityClassName':'high','priority':1000,'preemptionPolicy':'Never'}"),
                created("{'priorityClassName':'high'}"));
        assertEquals(
                json("{'priorityClassName':'high','priority':1000,'preemptionPolicy':'Never'}"),
                created("{'priorityClassName':'high','priority':1000,'preemptionPolicy':'Never'}"));
    }

    @Test
    void theDefaultClassServesPodsThatNameNone() {
        classes.add("high", 1000, "Never", false);
        classes.add("usual", 10, "PreemptLowerPriority", true);
        assertEquals(
                json(
                        "{'priorityClassName':'usual','priority':10,"
                                + "'preemptionPolicy':'PreemptLowerPriority'}"),
                created("{}"));
    }

    @Test
    void anUnknownClassIsForbidden() {
        assertRefused(
                "pods \"web\" is forbidden: no PriorityClass with name gone was found",
                "{'priorityClassName':'gone'}");
    }

    @Test
    void numbersThatAreNotTheClassesAreForbidden() {
        classes.add("high", 1000, "Never", false);
        assertRefused(
                "pods \"web\" is forbidden: the integer value of priority (7) must not be provided"
                        + " in pod spec; priority admission controller computed 1000 from the given"
                        + " PriorityClass name",
                "{'priorityClassName':'high','priority':7}");
        assertRefused(
                "pods \"web\" is forbidden: the string value of PreemptionPolicy"
                        + " (PreemptLowerPriority) must not be provided in pod spec; priority"
                        + " admission controller computed Never from the given PriorityClass name",
                "{'priorityClassName':'high','preemptionPolicy':'PreemptLowerPriority'}");
    }

    @Test
    void anUpdateWithoutNumbersKeepsThem() {
        ObjectNode pod = json("{'spec':{}}");
        plugin.mutate(
                request(
                        Operation.UPDATE,
                        PODS,
                        "web",
                        pod,
                        json("{'spec':{'priority':5,'preemptionPolicy':'Never'}}")));
        assertEquals(json("{'priority':5,'preemptionPolicy':'Never'}"), pod.get("spec"));
    }

    @Test
    void thereIsOneDefaultClass() {
        classes.add("usual", 10, "PreemptLowerPriority", true);
        ObjectNode another = json("{'globalDefault':true}");
        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () ->
                                plugin.validate(
                                        request(
                                                Operation.CREATE,
                                                Priority.CLASSES,
                                                "other",
                                                another,
                                                null)));
        assertEquals(
                "priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass usual is"
                        + " already marked as default. Only one default can exist",
                refused.status().message());
        plugin.validate(request(Operation.UPDATE, Priority.CLASSES, "usual", another, another));
        plugin.validate(request(Operation.CREATE, Priority.CLASSES, "third", json("{}"), null));
    }

    private ObjectNode created(String spec) {
        ObjectNode pod = json("{'spec':" + spec + "}");
        plugin.mutate(request(Operation.CREATE, PODS, "web", pod, null));
        return (ObjectNode) pod.get("spec");
    }

    private void assertRefused(String message, String spec) {
        AdmissionFixture.assertRefused(message, () -> created(spec));
    }

    private Request request(
            Operation operation,
            GroupVersionResource resource,
            String name,
            ObjectNode object,
            ObjectNode old) {
        return new Request(
                operation,
                UserInfo.of("jane"),
                resource,
                new GroupVersionKind("", "v1", "Any"),
                "",
                "shop",
                name,
                object,
                old,
                false,
                classes);
    }

    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private record Classes(List<StoredObject> objects) implements Reader {
        void add(String name, int value, String policy, boolean globalDefault) {
            ObjectNode object = json("{'metadata':{'name':'" + name + "'}}");
            object.put("value", value);
            object.put("preemptionPolicy", policy);
            object.put("globalDefault", globalDefault);
            objects.add(new StoredJson(object));
        }

        @Override
        public Optional<StoredObject> get(
                GroupVersionResource resource, String namespace, String name) {
            return objects.stream().filter(one -> one.name().equals(name)).findFirst();
        }

        @Override
        public List<StoredObject> list(GroupVersionResource resource, String namespace) {
            return objects;
        }
    }
}
