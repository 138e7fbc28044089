package io.felucca.api.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Notices;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The four resources of dynamic resource allocation. */
final class Devices {
    private Devices() {}

    static ResourceDefinition deviceClasses() {
        return ResourceGroup.resource("v1", "DeviceClass", "deviceclasses").clusterScoped().build();
    }

    static ResourceDefinition resourceClaims() {
        return ResourceGroup.resource("v1", "ResourceClaim", "resourceclaims")
                .strategy(new ClaimRules())
                .subresource(ResourceGroup.status("v1", "ResourceClaim"))
                .columns(Column.string("State", Devices::state), Column.AGE)
                .build();
    }

    private static Object state(JsonNode claim) {
        if (claim.path("metadata").hasNonNull("deletionTimestamp")) {
            return claim.at("/status/allocation").isObject() ? "deleted,allocated" : "deleted";
        }
        if (!claim.at("/status/allocation").isObject()) {
            return "pending";
        }
        return claim.at("/status/reservedFor").isEmpty() ? "allocated" : "allocated,reserved";
    }

    static ResourceDefinition resourceClaimTemplates() {
        return ResourceGroup.resource("v1", "ResourceClaimTemplate", "resourceclaimtemplates")
                .strategy(new TemplateRules())
                .build();
    }

    static ResourceDefinition resourceSlices() {
        return ResourceGroup.resource("v1", "ResourceSlice", "resourceslices")
                .clusterScoped()
                .selectableFields(
                        SelectableField.at("spec.nodeName"), SelectableField.at("spec.driver"))
                .strategy(new SliceRules())
                .columns(
                        Column.string("Node", object -> object.at("/spec/nodeName").asText()),
                        Column.string("Driver", object -> object.at("/spec/driver").asText()),
                        Column.string("Pool", object -> object.at("/spec/pool/name").asText()),
                        Column.AGE)
                .build();
    }

    private static void requests(Field spec) {
        Set<String> names = new HashSet<>();
        for (Field request : spec.at("devices", "requests").items()) {
            Field name = request.at("name");
            if (name.require() && name.follow(NameRules::dnsLabel) && !names.add(name.text())) {
                name.duplicate();
            }
            boolean exactly = request.has("exactly");
            boolean choice = request.at("firstAvailable").filled();
            if (exactly == choice) {
                request.invalid(
                        exactly
                                ? "exactly one of `exactly` or `firstAvailable` is required, but"
                                        + " multiple fields are set"
                                : "exactly one of `exactly` or `firstAvailable` is required");
            } else if (exactly) {
                request.at("exactly", "deviceClassName").require();
            }
        }
    }

    private static final class ClaimRules implements Strategy {
        @Override
        public List<String> notActedOn(ObjectNode object) {
            return Notices.notActedOn("ResourceClaim", "resourceclaim-controller");
        }

        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field spec = Field.root(object).at("spec");
            requests(spec);
            return spec.problems();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            Field spec = Field.root(object).at("spec");
            spec.immutable(old.path("spec"));
            return spec.problems();
        }
    }

    private static final class TemplateRules implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field spec = Field.root(object).at("spec", "spec");
            requests(spec);
            return spec.problems();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            Field spec = Field.root(object).at("spec");
            spec.immutable(old.path("spec"));
            return spec.problems();
        }
    }

    private static final class SliceRules implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field spec = Field.root(object).at("spec");
            if (spec.at("driver").require()) {
                spec.at("driver").follow(NameRules::dnsSubdomain);
            }
            spec.at("pool", "name").require();
            return spec.problems();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            Field spec = Field.root(object).at("spec");
            spec.at("driver").immutable(old.at("/spec/driver"));
            spec.at("nodeName").immutable(old.at("/spec/nodeName"));
            spec.at("pool", "name").immutable(old.at("/spec/pool/name"));
            return spec.problems();
        }
    }
}
