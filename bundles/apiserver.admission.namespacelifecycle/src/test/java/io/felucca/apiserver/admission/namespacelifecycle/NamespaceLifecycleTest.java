package io.felucca.apiserver.admission.namespacelifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NamespaceLifecycleTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");
    private static final GroupVersionResource NAMESPACES =
            new GroupVersionResource("", "v1", "namespaces");

    private final NamespaceLifecycle plugin = new NamespaceLifecycle();
    private final Reader namespaces =
            new Namespaces(Map.of("alive", "Active", "dying", "Terminating"));

    @Test
    void contentOfAMissingNamespaceIsNotFound() {
        Status status = refusal(Operation.CREATE, PODS, "gone", "web");
        assertEquals(404, status.code());
        assertEquals("namespaces \"gone\" not found", status.message());
        assertEquals(404, refusal(Operation.UPDATE, PODS, "gone", "web").code());
    }

    @Test
    void contentOfALivingNamespaceMayCome() {
        plugin.mutate(request(Operation.CREATE, PODS, "alive", "web"));
        plugin.mutate(request(Operation.UPDATE, PODS, "alive", "web"));
        plugin.mutate(request(Operation.DELETE, PODS, "alive", "web"));
    }

    @Test
    void aNamespaceThatGoesTakesNothingNew() {
        Status status = refusal(Operation.CREATE, PODS, "dying", "web");
        assertEquals(403, status.code());
        assertEquals(
                "pods \"web\" is forbidden: unable to create new content in namespace dying"
                        + " because it is being terminated",
                status.message());
        assertEquals("NamespaceTerminating", status.details().causes().get(0).reason());
        assertEquals(
                "namespace dying is being terminated", status.details().causes().get(0).message());
        assertEquals("metadata.namespace", status.details().causes().get(0).field());
    }

    @Test
    void whatIsInANamespaceThatGoesMayBeChangedAndDeleted() {
        plugin.mutate(request(Operation.UPDATE, PODS, "dying", "web"));
        plugin.mutate(request(Operation.DELETE, PODS, "dying", "web"));
        plugin.mutate(request(Operation.DELETE, PODS, "gone", "web"));
    }

    @Test
    void theSystemsNamespacesStay() {
        for (String name : List.of("default", "kube-system", "kube-public")) {
            Status status = refusal(Operation.DELETE, NAMESPACES, "", name);
            assertEquals(403, status.code());
            assertEquals(
                    "namespaces \"" + name + "\" is forbidden: this namespace may not be deleted",
                    status.message());
        }
        plugin.mutate(request(Operation.DELETE, NAMESPACES, "", "alive"));
        plugin.mutate(request(Operation.UPDATE, NAMESPACES, "", "default"));
        plugin.mutate(request(Operation.CREATE, NAMESPACES, "", "gone"));
    }

    @Test
    void whatHasNoNamespaceNeedsNone() {
        plugin.mutate(
                request(Operation.CREATE, new GroupVersionResource("", "v1", "nodes"), "", "n"));
        GroupVersionResource reviews =
                new GroupVersionResource("authorization.k8s.io", "v1", "localsubjectaccessreviews");
        plugin.mutate(request(Operation.CREATE, reviews, "gone", ""));
    }

    private Status refusal(
            Operation operation, GroupVersionResource resource, String namespace, String name) {
        return assertThrows(
                        ApiException.class,
                        () -> plugin.mutate(request(operation, resource, namespace, name)))
                .status();
    }

    private Request request(
            Operation operation, GroupVersionResource resource, String namespace, String name) {
        return new Request(
                operation,
                UserInfo.of("jane"),
                resource,
                new GroupVersionKind("", "v1", "Any"),
                "",
                namespace,
                name,
                operation == Operation.DELETE ? null : Json.object(),
                operation == Operation.CREATE ? null : Json.object(),
                false,
                namespaces);
    }

    /** Namespaces with their phases. */
    private record Namespaces(Map<String, String> phases) implements Reader {
        @Override
        public Optional<StoredObject> get(
                GroupVersionResource resource, String namespace, String name) {
            assertEquals(NAMESPACES, resource);
            return Optional.ofNullable(phases.get(name)).map(phase -> new Namespace(name, phase));
        }

        @Override
        public List<StoredObject> list(GroupVersionResource resource, String namespace) {
            throw new UnsupportedOperationException();
        }
    }

    private record Namespace(String name, String phase) implements StoredObject {
        @Override
        public String namespace() {
            return "";
        }

        @Override
        public String uid() {
            return "uid";
        }

        @Override
        public long revision() {
            return 1;
        }

        @Override
        public byte[] json() {
            return ("{\"status\":{\"phase\":\"" + phase + "\"}}").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }

        @Override
        public List<String> ownerUids() {
            return List.of();
        }
    }
}
