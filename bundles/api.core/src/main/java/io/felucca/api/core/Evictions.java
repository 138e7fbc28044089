package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.LabelRules;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusCause;
import io.felucca.machinery.StatusReason;
import io.felucca.schema.Schemas;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code pods/eviction}: a deletion that a PodDisruptionBudget may refuse. */
final class Evictions implements Subresource.Action {
    private static final GroupVersionKind KIND = new GroupVersionKind("policy", "v1", "Eviction");
    private static final GroupVersionResource BUDGETS =
            new GroupVersionResource("policy", "v1", "poddisruptionbudgets");

    /** Who looks at budgets and deletes: being allowed to evict is enough for the client. */
    private static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");

    private static final int RETRY_SECONDS = 10;

    private final Clock clock;

    private Evictions(Clock clock) {
        this.clock = clock;
    }

    static Subresource subresource(Clock clock) {
        return new Subresource(
                "eviction", KIND, Schemas.of(KIND), Set.of(Verb.CREATE), new Evictions(clock));
    }

    /** What kubectl sent before 1.22; the two versions have the same fields. */
    @Override
    public Set<String> otherApiVersions() {
        return Set.of("policy/v1beta1");
    }

    @Override
    public CompletionStage<ObjectNode> run(ApiServer server, ApiRequest call, ObjectNode body) {
        ApiRequest request = isDryRun(body) ? dry(call) : call;
        String bodyName = Core.name(body);
        if (!bodyName.isEmpty() && !bodyName.equals(request.name())) {
            throw ApiException.badRequest("name in URL does not match name in Eviction object");
        }
        ObjectNode pod =
                Json.parseObject(
                        server.get(as(request, "get", Core.PODS, request.name()), Optional.empty())
                                .json());
        CompletionStage<?> budgeted = CompletableFuture.completedFuture(null);
        if (countsAgainstBudget(pod)) {
            List<ObjectNode> budgets = budgets(server, request, pod);
            if (budgets.size() > 1) {
                throw ApiException.of(
                        StatusReason.InternalError,
                        "This pod has more than one PodDisruptionBudget, which the eviction"
                                + " subresource does not support.");
            }
            if (!budgets.isEmpty() && !request.options().dryRun()) {
                budgeted =
                        server.modify(
                                BUDGETS,
                                request.namespace(),
                                Core.name(budgets.get(0)),
                                budget -> spend(budget, request.name()));
            } else if (!budgets.isEmpty()) {
                spend(budgets.get(0).deepCopy(), request.name());
            }
        }
        DeleteOptions options = options(body.path("deleteOptions"));
        return budgeted.thenCompose(
                        done ->
                                server.delete(
                                        as(request, "delete", Core.PODS, request.name()), options))
                .thenApply(deleted -> Core.success());
    }

    /** kubectl says so within the eviction, not in the query. */
    private static boolean isDryRun(ObjectNode body) {
        for (JsonNode value : body.path("deleteOptions").path("dryRun")) {
            if (value.asText().equals("All")) {
                return true;
            }
        }
        return false;
    }

    private static ApiRequest dry(ApiRequest call) {
        ApiRequest.Options options = call.options();
        return call.withOptions(
                new ApiRequest.Options(
                        true, options.fieldValidation(), options.fieldManager(), options.force()));
    }

    private static ApiRequest as(
            ApiRequest request, String verb, GroupVersionResource resource, String name) {
        return ApiRequest.of(SERVER, verb, resource, request.namespace(), name)
                .withOptions(request.options());
    }

    /** What has ended or has not begun disturbs nobody by going. */
    private static boolean countsAgainstBudget(JsonNode pod) {
        String phase = pod.path("status").path("phase").asText();
        return !phase.equals("Succeeded")
                && !phase.equals("Failed")
                && !phase.equals("Pending")
                && !pod.path("metadata").hasNonNull("deletionTimestamp");
    }

    private static List<ObjectNode> budgets(ApiServer server, ApiRequest request, ObjectNode pod) {
        List<ObjectNode> found = new ArrayList<>();
        for (StoredObject one :
                server.list(as(request, "list", BUDGETS, ""), ListOptions.ALL).items()) {
            ObjectNode budget = Json.parseObject(one.json());
            if (LabelRules.selects(
                    budget.path("spec").path("selector"), pod.path("metadata").path("labels"))) {
                found.add(budget);
            }
        }
        return found;
    }

    private ObjectNode spend(ObjectNode budget, String pod) {
        ObjectNode status = budget.withObject("/status");
        String name = Core.name(budget);
        if (status.path("observedGeneration").asLong()
                < budget.path("metadata").path("generation").asLong()) {
            throw refuse(
                    "The disruption budget " + name + " is still being processed by the server.",
                    RETRY_SECONDS);
        }
        int allowed = status.path("disruptionsAllowed").asInt();
        if (allowed <= 0) {
            throw refuse(
                    "The disruption budget "
                            + name
                            + " needs "
                            + status.path("desiredHealthy").asInt()
                            + " healthy pods and has "
                            + status.path("currentHealthy").asInt()
                            + " currently",
                    0);
        }
        status.put("disruptionsAllowed", allowed - 1);
        status.withObject("/disruptedPods")
                .put(pod, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        return budget;
    }

    private static ApiException refuse(String why, int retrySeconds) {
        return new ApiException(
                new Status(
                        StatusReason.TooManyRequests.code(),
                        StatusReason.TooManyRequests,
                        "Cannot evict pod as it would violate the pod's disruption budget.",
                        new Status.Details(
                                "",
                                "",
                                "",
                                "",
                                List.of(new StatusCause("DisruptionBudget", why, "")),
                                retrySeconds)));
    }

    private static DeleteOptions options(JsonNode options) {
        JsonNode preconditions = options.path("preconditions");
        return new DeleteOptions(
                options.hasNonNull("gracePeriodSeconds")
                        ? OptionalLong.of(options.path("gracePeriodSeconds").asLong())
                        : OptionalLong.empty(),
                preconditions.path("uid").textValue(),
                preconditions.path("resourceVersion").textValue(),
                options.path("propagationPolicy").textValue());
    }
}
