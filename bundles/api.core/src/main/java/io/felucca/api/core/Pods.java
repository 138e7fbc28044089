package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.PodDefaults;
import io.felucca.api.validation.PodRules;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.StatusView;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.schema.Schema;
import io.felucca.schema.Schemas;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** {@code pods} with all their subresources. */
final class Pods implements Strategy {
    private static final long DEFAULT_GRACE_SECONDS = 30;
    private static final Set<Verb> CONNECT = Set.of(Verb.CREATE, Verb.GET);

    static ResourceDefinition definition(Clock clock) {
        ResourceDefinition.Builder pods =
                Core.resource("Pod", "pods")
                        .shortNames("po")
                        .categories("all")
                        .strategy(new Pods())
                        .selectableFields(fields())
                        .columns(columns(clock));
        subresources(pods, clock);
        return pods.build();
    }

    private static void subresources(ResourceDefinition.Builder pods, Clock clock) {
        Schema schema = Schemas.of(Core.kind("Pod"));
        Set<Verb> view = Set.of(Verb.GET, Verb.PATCH, Verb.UPDATE);
        pods.subresource(new Subresource("status", Core.kind("Pod"), schema, view, new Status()))
                .subresource(
                        new Subresource(
                                "ephemeralcontainers",
                                Core.kind("Pod"),
                                schema,
                                view,
                                new EphemeralContainersView()))
                .subresource(
                        new Subresource("resize", Core.kind("Pod"), schema, view, new ResizeView()))
                .subresource(Bindings.subresource(clock))
                .subresource(Evictions.subresource(clock))
                .subresource(connect("log", "Pod", Set.of(Verb.GET)))
                .subresource(connect("exec", "PodExecOptions", CONNECT))
                .subresource(connect("attach", "PodAttachOptions", CONNECT))
                .subresource(connect("portforward", "PodPortForwardOptions", CONNECT))
                .subresource(
                        connect(
                                "proxy",
                                "PodProxyOptions",
                                Set.of(
                                        Verb.CREATE,
                                        Verb.DELETE,
                                        Verb.GET,
                                        Verb.PATCH,
                                        Verb.UPDATE)));
    }

    private static Subresource connect(String name, String kind, Set<Verb> verbs) {
        return new Subresource(name, Core.kind(kind), Schema.ANY, verbs, new Subresource.Connect());
    }

    private static SelectableField[] fields() {
        return new SelectableField[] {
            SelectableField.at("spec.nodeName"),
            SelectableField.at("spec.restartPolicy"),
            SelectableField.at("spec.schedulerName"),
            SelectableField.at("spec.serviceAccountName"),
            new SelectableField(
                    "spec.hostNetwork",
                    pod -> String.valueOf(pod.at("/spec/hostNetwork").asBoolean())),
            SelectableField.at("status.phase"),
            SelectableField.at("status.podIP"),
            new SelectableField(
                    "status.podIPs", pod -> Cells.joined(pod.at("/status/podIPs"), "ip")),
            SelectableField.at("status.nominatedNodeName")
        };
    }

    private static Column[] columns(Clock clock) {
        return new Column[] {
            Column.string(
                    "Ready",
                    pod -> {
                        PodCells cells = PodCells.of(pod, clock);
                        return cells.ready() + "/" + cells.total();
                    }),
            Column.string("Status", pod -> PodCells.of(pod, clock).status()),
            Column.string("Restarts", pod -> PodCells.of(pod, clock).restarts()),
            Column.AGE,
            Column.string(
                            "IP",
                            pod ->
                                    Cells.text(
                                            pod,
                                            "/status/podIPs/0/ip",
                                            Cells.text(pod, "/status/podIP", "<none>")))
                    .wide(),
            Column.string("Node", pod -> Cells.text(pod, "/spec/nodeName", "<none>")).wide(),
            Column.string(
                            "Nominated Node",
                            pod -> Cells.text(pod, "/status/nominatedNodeName", "<none>"))
                    .wide(),
            Column.string("Readiness Gates", Pods::gates).wide()
        };
    }

    private static Object gates(JsonNode pod) {
        JsonNode gates = pod.path("spec").path("readinessGates");
        int met = 0;
        for (JsonNode gate : gates) {
            for (JsonNode condition : pod.path("status").path("conditions")) {
                if (condition.path("type").equals(gate.path("conditionType"))
                        && condition.path("status").asText().equals("True")) {
                    met++;
                }
            }
        }
        return gates.isEmpty() ? "<none>" : met + "/" + gates.size();
    }

    @Override
    public void defaults(ObjectNode object) {
        PodDefaults.pod(object.path("spec"));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        ObjectNode status = object.putObject("status");
        status.put("phase", "Pending");
        status.put("qosClass", QosClass.of(object.path("spec")));
        if (!object.path("spec").path("schedulingGates").isEmpty()) {
            ObjectNode condition = status.putArray("conditions").addObject();
            condition.put("type", "PodScheduled");
            condition.put("status", "False");
            condition.put("reason", "SchedulingGated");
            condition.put("message", "Scheduling is blocked due to non-empty scheduling gates");
        }
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field pod = Field.root(object);
        PodRules.spec(pod.at("spec"));
        for (String kind : List.of("initContainers", "containers")) {
            for (Field container : pod.at("spec", kind).items()) {
                String image = container.text("image");
                if (!image.equals(image.strip())) {
                    container.at("image").invalid("must not have leading or trailing whitespace");
                }
            }
        }
        return pod.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        return PodUpdateRules.check(object, old);
    }

    @Override
    public OptionalLong deletionGraceSeconds(ObjectNode object, OptionalLong requested) {
        JsonNode spec = object.path("spec");
        String phase = object.path("status").path("phase").asText();
        boolean finished = phase.equals("Succeeded") || phase.equals("Failed");
        if (finished || spec.path("nodeName").asText("").isEmpty()) {
            return OptionalLong.of(0);
        }
        long seconds =
                requested.orElseGet(
                        () ->
                                spec.path("terminationGracePeriodSeconds")
                                        .asLong(DEFAULT_GRACE_SECONDS));
        return OptionalLong.of(seconds < 0 ? 1 : seconds);
    }

    /** A status without its quality of service keeps the one that it had. */
    private static final class Status extends StatusView {
        @Override
        public ObjectNode apply(ObjectNode object, ObjectNode body) {
            JsonNode qosClass = object.path("status").path("qosClass");
            ObjectNode updated = super.apply(object, body);
            ObjectNode status = updated.withObject("/status");
            if (!status.hasNonNull("qosClass")) {
                status.put(
                        "qosClass",
                        qosClass.isTextual()
                                ? qosClass.asText()
                                : QosClass.of(object.path("spec")));
            }
            return updated;
        }
    }
}
