package io.felucca.api.apps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Notices;
import io.felucca.api.validation.PodDefaults;
import io.felucca.api.validation.TemplateRules;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code daemonsets} with status. */
final class DaemonSets implements Strategy {
    static ResourceDefinition definition() {
        return Apps.resource("DaemonSet", "daemonsets")
                .shortNames("ds")
                .categories("all")
                .strategy(new DaemonSets())
                .subresource(Apps.status("DaemonSet"))
                .columns(
                        Apps.integer("Desired", "/status/desiredNumberScheduled"),
                        Apps.integer("Current", "/status/currentNumberScheduled"),
                        Apps.integer("Ready", "/status/numberReady"),
                        Apps.integer("Up-to-date", "/status/updatedNumberScheduled"),
                        Apps.integer("Available", "/status/numberAvailable"),
                        Column.string(
                                "Node Selector",
                                object ->
                                        Cells.labels(
                                                object.at("/spec/template/spec/nodeSelector"))),
                        Column.AGE,
                        Apps.containers(),
                        Apps.images(),
                        Apps.selector())
                .build();
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn("DaemonSet", "daemonset-controller");
    }

    @Override
    public void defaults(ObjectNode object) {
        ObjectNode spec = object.withObject("/spec");
        PodDefaults.spec(spec.at("/template/spec"));
        Apps.putIfAbsent(spec, "revisionHistoryLimit", 10);
        ObjectNode update = spec.withObject("/updateStrategy");
        Apps.putIfAbsent(update, "type", "RollingUpdate");
        if (update.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = update.withObject("/rollingUpdate");
            Apps.putIfAbsent(rolling, "maxUnavailable", 1);
            Apps.putIfAbsent(rolling, "maxSurge", 0);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        ObjectNode status = object.putObject("status");
        for (String count :
                List.of(
                        "currentNumberScheduled",
                        "desiredNumberScheduled",
                        "numberMisscheduled",
                        "numberReady")) {
            status.put(count, 0);
        }
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field set = Field.root(object);
        Field spec = set.at("spec");
        TemplateRules.ofWorkload(
                spec.at("selector"), spec.at("template"), "DaemonSet", "daemonset");
        spec.at("minReadySeconds").notNegative();
        updateStrategy(spec.at("updateStrategy"));
        spec.at("revisionHistoryLimit").notNegative();
        return set.problems();
    }

    private static void updateStrategy(Field strategy) {
        switch (strategy.text("type")) {
            case "OnDelete" -> {
                // Nothing else matters then.
            }
            case "RollingUpdate" -> {
                Field unavailable = strategy.at("rollingUpdate", "maxUnavailable");
                Field surge = strategy.at("rollingUpdate", "maxSurge");
                Values.numberOrPercent(unavailable);
                Values.atMostAll(unavailable);
                Values.numberOrPercent(surge);
                Values.atMostAll(surge);
                if (!Values.isZero(unavailable) && !Values.isZero(surge)) {
                    surge.invalid("may not be set when maxUnavailable is non-zero");
                } else if (Values.isZero(unavailable) && Values.isZero(surge)) {
                    unavailable.invalid("cannot be 0 when maxSurge is 0");
                }
            }
            default -> strategy.at("type").notSupported(List.of("RollingUpdate", "OnDelete"));
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field selector = Field.root(object).at("spec", "selector");
        selector.immutable(old.at("/spec/selector"));
        return selector.problems();
    }
}
