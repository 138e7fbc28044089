package io.felucca.apiserver.admission.priority;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.Readings;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import java.util.Comparator;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/**
 * Gives each pod the priority and the preemption policy of its class, or of the default class, and
 * keeps a second default class from being made. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=Priority")
public final class Priority implements AdmissionPlugin {
    static final GroupVersionResource CLASSES =
            new GroupVersionResource("scheduling.k8s.io", "v1", "priorityclasses");

    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final String DEFAULT_POLICY = "PreemptLowerPriority";
    private static final String PRIORITY = "priority";
    private static final String POLICY = "preemptionPolicy";
    private static final String CLASS_NAME = "priorityClassName";

    private final Readings<Level> levels = new Readings<>(Level::of);

    /**
     * What a pod gets.
     *
     * @param globalDefault also if it names no class
     */
    private record Level(String className, int value, String policy, boolean globalDefault) {
        private static final Level NONE = new Level("", 0, DEFAULT_POLICY, true);

        static Level of(ObjectNode priorityClass) {
            return new Level(
                    priorityClass.path("metadata").path("name").asText(""),
                    priorityClass.path("value").asInt(),
                    priorityClass.path(POLICY).asText(DEFAULT_POLICY),
                    priorityClass.path("globalDefault").asBoolean());
        }
    }

    @Override
    public void mutate(Request request) {
        if (!request.resource().groupResource().equals(PODS)
                || !request.subresource().isEmpty()
                || request.object() == null
                || !(request.object().get("spec") instanceof ObjectNode spec)) {
            return;
        }
        switch (request.operation()) {
            case CREATE -> assign(request, spec);
            case UPDATE -> keep(spec, request.old().path("spec"));
            case DELETE, CONNECT -> {
                // Neither changes a pod's priority.
            }
        }
    }

    @Override
    public void validate(Request request) {
        boolean written =
                request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!written
                || !request.resource().groupResource().equals(CLASSES.groupResource())
                || !request.object().path("globalDefault").asBoolean()) {
            return;
        }
        defaultClass(request)
                .filter(present -> !present.className().equals(request.name()))
                .ifPresent(
                        present -> {
                            throw ApiException.forbidden(
                                    CLASSES.groupResource(),
                                    request.name(),
                                    "PriorityClass "
                                            + present.className()
                                            + " is already marked as default. Only one default"
                                            + " can exist");
                        });
    }

    private void assign(Request request, ObjectNode spec) {
        String className = spec.path(CLASS_NAME).asText("");
        Level level =
                className.isEmpty()
                        ? defaultClass(request).orElse(Level.NONE)
                        : named(request, className);
        refuseOther(request, spec, level);
        if (!level.className().isEmpty()) {
            spec.put(CLASS_NAME, level.className());
        }
        spec.put(PRIORITY, level.value());
        spec.put(POLICY, level.policy());
    }

    /** A pod whose client sent no numbers must not lose those that it has. */
    private static void keep(ObjectNode spec, JsonNode old) {
        for (String field : new String[] {PRIORITY, POLICY}) {
            if (!spec.hasNonNull(field) && old.hasNonNull(field)) {
                spec.set(field, old.get(field));
            }
        }
    }

    private static void refuseOther(Request request, ObjectNode spec, Level level) {
        if (spec.hasNonNull(PRIORITY) && spec.path(PRIORITY).asInt() != level.value()) {
            throw forbidden(
                    request,
                    "the integer value of priority ("
                            + spec.path(PRIORITY).asInt()
                            + ") must not be provided in pod spec; priority admission controller"
                            + " computed "
                            + level.value()
                            + " from the given PriorityClass name");
        }
        if (spec.hasNonNull(POLICY) && !spec.path(POLICY).asText("").equals(level.policy())) {
            throw forbidden(
                    request,
                    "the string value of PreemptionPolicy ("
                            + spec.path(POLICY).asText("")
                            + ") must not be provided in pod spec; priority admission controller"
                            + " computed "
                            + level.policy()
                            + " from the given PriorityClass name");
        }
    }

    private Level named(Request request, String className) {
        return request.server()
                .get(CLASSES, "", className)
                .map(levels::of)
                .orElseThrow(
                        () ->
                                forbidden(
                                        request,
                                        "no PriorityClass with name " + className + " was found"));
    }

    /** Of several, which only a race can make, the lowest, as upstream. */
    private Optional<Level> defaultClass(Request request) {
        return request.server().list(CLASSES, "").stream()
                .map(levels::of)
                .filter(Level::globalDefault)
                .min(Comparator.comparingInt(Level::value));
    }

    private static ApiException forbidden(Request request, String why) {
        return ApiException.forbidden(PODS, request.name(), why);
    }
}
