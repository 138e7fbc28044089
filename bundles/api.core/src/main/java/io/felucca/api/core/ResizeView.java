package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.PodRules;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Quantity;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code pods/resize}: the processors and the memory of running containers (KEP-1287). */
final class ResizeView implements Subresource.View {
    private static final Set<String> RESIZABLE = Set.of("cpu", "memory");

    @Override
    public ObjectNode show(ObjectNode object) {
        return object;
    }

    @Override
    public ObjectNode apply(ObjectNode object, ObjectNode body) {
        for (String kind : List.of("containers", "initContainers")) {
            for (JsonNode container : object.path("spec").path(kind)) {
                for (JsonNode wanted : body.path("spec").path(kind)) {
                    if (wanted.path("name").equals(container.path("name"))) {
                        take((ObjectNode) container, wanted);
                    }
                }
            }
        }
        return object;
    }

    private static void take(ObjectNode container, JsonNode wanted) {
        for (String name : List.of("resources", "resizePolicy")) {
            if (wanted.hasNonNull(name)) {
                container.set(name, wanted.get(name));
            }
        }
    }

    @Override
    public List<FieldError> validate(ObjectNode updated, ObjectNode old) {
        Field pod = Field.root(updated);
        PodRules.spec(pod.at("spec"));
        for (String kind : List.of("containers", "initContainers")) {
            JsonNode before = old.path("spec").path(kind);
            List<Field> now = pod.at("spec", kind).items();
            for (int i = 0; i < now.size(); i++) {
                onlyResizable(pod, now.get(i), before.path(i));
            }
        }
        if (!QosClass.of(updated.path("spec")).equals(QosClass.of(old.path("spec")))) {
            pod.at("spec").forbidden("Pod QOS Class may not change as a result of resizing");
        }
        return pod.problems();
    }

    private static void onlyResizable(Field pod, Field now, JsonNode before) {
        for (String list : List.of("requests", "limits")) {
            JsonNode is = now.node().path("resources").path(list);
            JsonNode was = before.path("resources").path(list);
            Set<String> names = new TreeSet<>();
            is.fieldNames().forEachRemaining(names::add);
            was.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                boolean same =
                        is.has(name) == was.has(name)
                                && Quantity.fromJson(is.path(name))
                                        .equals(Quantity.fromJson(was.path(name)));
                if (!same && !RESIZABLE.contains(name)) {
                    pod.at("spec").forbidden("only cpu and memory resources are mutable");
                } else if (was.has(name) && !is.has(name)) {
                    now.at("resources", list).forbidden("resource " + list + " cannot be removed");
                }
            }
        }
    }
}
