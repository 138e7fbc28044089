package io.felucca.api.apps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** {@code statefulsets} with status and scale. */
final class StatefulSets implements Strategy {
    private static final List<String> CHANGEABLE =
            List.of(
                    "replicas",
                    "ordinals",
                    "template",
                    "updateStrategy",
                    "revisionHistoryLimit",
                    "persistentVolumeClaimRetentionPolicy",
                    "minReadySeconds");

    static ResourceDefinition definition() {
        return Apps.resource("StatefulSet", "statefulsets")
                .shortNames("sts")
                .categories("all")
                .strategy(new StatefulSets())
                .subresource(Apps.status("StatefulSet"))
                .subresource(Apps.scale())
                .columns(
                        Column.string(
                                "Ready",
                                object ->
                                        object.at("/status/readyReplicas").asInt()
                                                + "/"
                                                + object.at("/spec/replicas").asInt()),
                        Column.AGE,
                        Apps.containers(),
                        Apps.images())
                .build();
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn("StatefulSet", "statefulset-controller");
    }

    @Override
    public void defaults(ObjectNode object) {
        ObjectNode spec = object.withObject("/spec");
        PodDefaults.spec(spec.at("/template/spec"));
        Apps.putIfAbsent(spec, "replicas", 1);
        Apps.putIfAbsent(spec, "revisionHistoryLimit", 10);
        Apps.putIfAbsent(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode update = spec.withObject("/updateStrategy");
        Apps.putIfAbsent(update, "type", "RollingUpdate");
        if (update.path("type").asText().equals("RollingUpdate")) {
            Apps.putIfAbsent(update.withObject("/rollingUpdate"), "partition", 0);
        }
        ObjectNode retention = spec.withObject("/persistentVolumeClaimRetentionPolicy");
        Apps.putIfAbsent(retention, "whenDeleted", "Retain");
        Apps.putIfAbsent(retention, "whenScaled", "Retain");
        for (JsonNode claim : spec.path("volumeClaimTemplates")) {
            if (claim instanceof ObjectNode template) {
                Apps.putIfAbsent(template, "apiVersion", "v1");
                Apps.putIfAbsent(template, "kind", "PersistentVolumeClaim");
                Apps.putIfAbsent(template.withObject("/status"), "phase", "Pending");
            }
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("replicas", 0).put("availableReplicas", 0);
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field set = Field.root(object);
        Field spec = set.at("spec");
        Field management = spec.at("podManagementPolicy");
        if (management.require()
                && !List.of("OrderedReady", "Parallel").contains(management.text())) {
            management.invalid("must be 'OrderedReady' or 'Parallel'");
        }
        updateStrategy(spec.at("updateStrategy"));
        Field retention = spec.at("persistentVolumeClaimRetentionPolicy");
        retention.at("whenDeleted").requireOneOf(List.of("Retain", "Delete"));
        retention.at("whenScaled").requireOneOf(List.of("Retain", "Delete"));
        spec.at("replicas").notNegative();
        spec.at("minReadySeconds").notNegative();
        spec.at("revisionHistoryLimit").notNegative();
        spec.at("ordinals", "start").notNegative();
        TemplateRules.ofWorkload(
                spec.at("selector"), withClaims(spec), "StatefulSet", "statefulset");
        return set.problems();
    }

    /** Containers may mount what the claim templates will give. */
    private static Field withClaims(Field spec) {
        if (!spec.at("volumeClaimTemplates").filled()) {
            return spec.at("template");
        }
        ObjectNode copy = spec.node().deepCopy();
        ObjectNode podSpec = copy.withObject("/template/spec");
        for (Field claim : spec.at("volumeClaimTemplates").items()) {
            String name = claim.at("metadata").text("name");
            boolean known = false;
            for (JsonNode volume : podSpec.path("volumes")) {
                known |= volume.path("name").asText().equals(name);
            }
            if (!known && !name.isEmpty()) {
                podSpec.withArray("/volumes")
                        .addObject()
                        .put("name", name)
                        .putObject("persistentVolumeClaim")
                        .put("claimName", name);
            }
        }
        return spec.over(copy).at("template");
    }

    private static void updateStrategy(Field strategy) {
        Field type = strategy.at("type");
        Field rolling = strategy.at("rollingUpdate");
        switch (type.text()) {
            case "" -> strategy.required("");
            case "OnDelete" -> {
                if (rolling.present()) {
                    rolling.invalid("only allowed for updateStrategy 'RollingUpdate'");
                }
            }
            case "RollingUpdate" -> {
                Field partition = rolling.at("partition");
                if (partition.present()) {
                    Values.numberOrPercent(partition);
                }
            }
            default -> strategy.invalid("must be 'RollingUpdate' or 'OnDelete'");
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        ObjectNode now = spec.node().deepCopy();
        ObjectNode was = old.path("spec").deepCopy();
        now.remove(CHANGEABLE);
        was.remove(CHANGEABLE);
        if (!now.equals(was)) {
            spec.forbidden(
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals',"
                            + " 'template', 'updateStrategy', 'revisionHistoryLimit',"
                            + " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are"
                            + " forbidden");
        }
        return spec.problems();
    }
}
