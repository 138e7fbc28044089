package io.felucca.itests.karaf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/** What the installed bundles offer, by the services of theirs. */
final class ControlPlane {
    private static final GroupVersionResource NAMESPACES =
            new GroupVersionResource("", "v1", "namespaces");
    private static final GroupVersionResource CONFIG_MAPS =
            new GroupVersionResource("", "v1", "configmaps");
    private static final UserInfo USER = UserInfo.of("exam", "system:masters");

    private final BundleContext context;

    ControlPlane(BundleContext context) {
        this.context = context;
    }

    private <S> List<S> services(Class<S> type) {
        try {
            return context.getServiceReferences(type, null).stream()
                    .map(context::getService)
                    .toList();
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    boolean isThere() {
        return services(ApiServer.class).size() == 1;
    }

    /**
     * As {@code /readyz} has it: what is wrong by the name of the check; empty when all is well.
     */
    Map<String, String> problems() {
        Map<String, String> problems = new TreeMap<>();
        for (HealthCheck check : services(HealthCheck.class)) {
            check.problem().ifPresent(problem -> problems.put(check.name(), problem));
        }
        return problems;
    }

    void createNamespace(String name) {
        create(NAMESPACES, "", object("Namespace", name));
    }

    String phaseOf(String namespace) {
        ApiRequest request = ApiRequest.of(USER, "get", NAMESPACES, "", namespace);
        byte[] json = server().get(request, Optional.empty()).json();
        return Json.parseObject(json).path("status").path("phase").asText();
    }

    /** Whether nothing can be created there, which is what NamespaceLifecycle decides. */
    boolean refusesContentOf(String namespace) {
        try {
            create(CONFIG_MAPS, namespace, object("ConfigMap", "content"));
            return false;
        } catch (ApiException e) {
            return e.reason() == StatusReason.NotFound;
        }
    }

    private static ObjectNode object(String kind, String name) {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }

    private void create(GroupVersionResource resource, String namespace, ObjectNode object) {
        String name = object.path("metadata").path("name").asText();
        ApiRequest request = ApiRequest.of(USER, "create", resource, namespace, name);
        try {
            server().create(request, object).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ApiException refusal ? refusal : e;
        }
    }

    private ApiServer server() {
        return services(ApiServer.class).get(0);
    }
}
