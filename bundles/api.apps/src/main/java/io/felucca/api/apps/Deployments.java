package io.felucca.api.apps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.PodDefaults;
import io.felucca.api.validation.TemplateRules;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code deployments} with status and scale. */
final class Deployments implements Strategy {
    static ResourceDefinition definition() {
        return Apps.resource("Deployment", "deployments")
                .shortNames("deploy")
                .categories("all")
                .strategy(new Deployments())
                .subresource(Apps.status("Deployment"))
                .subresource(Apps.scale())
                .columns(
                        Column.string(
                                "Ready",
                                object ->
                                        object.at("/status/readyReplicas").asInt()
                                                + "/"
                                                + object.at("/spec/replicas").asInt()),
                        number("Up-to-date", "/status/updatedReplicas"),
                        number("Available", "/status/availableReplicas"),
                        Column.AGE,
                        Apps.containers(),
                        Apps.images(),
                        Apps.selector())
                .build();
    }

    private static Column number(String name, String pointer) {
        return Column.string(name, object -> object.at(pointer).asLong());
    }

    @Override
    public void defaults(ObjectNode object) {
        ObjectNode spec = object.withObject("/spec");
        PodDefaults.spec(spec.at("/template/spec"));
        Apps.putIfAbsent(spec, "replicas", 1);
        Apps.putIfAbsent(spec, "revisionHistoryLimit", 10);
        Apps.putIfAbsent(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = spec.withObject("/strategy");
        Apps.putIfAbsent(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = strategy.withObject("/rollingUpdate");
            Apps.putIfAbsent(rolling, "maxUnavailable", "25%");
            Apps.putIfAbsent(rolling, "maxSurge", "25%");
        }
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field deployment = Field.root(object);
        Field spec = deployment.at("spec");
        spec.at("replicas").notNegative();
        TemplateRules.ofWorkload(
                spec.at("selector"), spec.at("template"), "ReplicaSet", "deployment");
        strategy(spec.at("strategy"));
        spec.at("minReadySeconds").notNegative();
        spec.at("revisionHistoryLimit").notNegative();
        Field deadline = spec.at("progressDeadlineSeconds");
        deadline.notNegative();
        if (deadline.present() && deadline.number() <= spec.at("minReadySeconds").number()) {
            deadline.invalid("must be greater than minReadySeconds");
        }
        return deployment.problems();
    }

    private static void strategy(Field strategy) {
        Field rolling = strategy.at("rollingUpdate");
        switch (strategy.text("type")) {
            case "Recreate" -> {
                if (rolling.present()) {
                    rolling.forbidden("may not be specified when strategy `type` is 'Recreate'");
                }
            }
            case "RollingUpdate" -> {
                Field unavailable = rolling.at("maxUnavailable");
                Field surge = rolling.at("maxSurge");
                Values.numberOrPercent(unavailable);
                Values.numberOrPercent(surge);
                if (Values.isZero(unavailable) && Values.isZero(surge)) {
                    unavailable.invalid("may not be 0 when `maxSurge` is 0");
                }
                Values.atMostAll(unavailable);
            }
            default -> strategy.at("type").notSupported(List.of("Recreate", "RollingUpdate"));
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field selector = Field.root(object).at("spec", "selector");
        selector.immutable(old.at("/spec/selector"));
        return selector.problems();
    }
}
