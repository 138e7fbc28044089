package io.felucca.api.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What CSI drivers publish about themselves, and classes of volume attributes. */
final class Drivers {
    private Drivers() {}

    static ResourceDefinition csiDrivers() {
        return StorageGroup.resource("v1", "CSIDriver", "csidrivers")
                .clusterScoped()
                .strategy(new DriverRules())
                .columns(
                        flag("AttachRequired", "/spec/attachRequired"),
                        flag("PodInfoOnMount", "/spec/podInfoOnMount"),
                        flag("StorageCapacity", "/spec/storageCapacity"),
                        Column.string("TokenRequests", Drivers::audiences),
                        flag("RequiresRepublish", "/spec/requiresRepublish"),
                        Column.string(
                                "Modes",
                                object -> {
                                    Set<String> modes = new java.util.LinkedHashSet<>();
                                    object.at("/spec/volumeLifecycleModes")
                                            .forEach(mode -> modes.add(mode.asText()));
                                    return modes.isEmpty() ? "<none>" : String.join(",", modes);
                                }),
                        Column.AGE)
                .build();
    }

    private static Column flag(String name, String pointer) {
        return new Column(name, "boolean", "", name, 0, object -> object.at(pointer).asBoolean());
    }

    private static Object audiences(JsonNode driver) {
        JsonNode requests = driver.at("/spec/tokenRequests");
        return requests.isEmpty() ? "<unset>" : Cells.joined(requests, "audience");
    }

    static ResourceDefinition csiNodes() {
        return StorageGroup.resource("v1", "CSINode", "csinodes")
                .clusterScoped()
                .strategy(new NodeRules())
                .columns(
                        Column.integer(
                                "Drivers", object -> (long) object.at("/spec/drivers").size()),
                        Column.AGE)
                .build();
    }

    static ResourceDefinition csiStorageCapacities() {
        return StorageGroup.resource("v1", "CSIStorageCapacity", "csistoragecapacities")
                .strategy(new CapacityRules())
                .columns(
                        Column.string(
                                "StorageClassName",
                                object -> object.path("storageClassName").asText()),
                        Column.string(
                                "Capacity", object -> Cells.text(object, "/capacity", "<unset>")))
                .build();
    }

    static ResourceDefinition volumeAttributesClasses() {
        return StorageGroup.resource("v1", "VolumeAttributesClass", "volumeattributesclasses")
                .clusterScoped()
                .shortNames("vac")
                .strategy(new AttributesRules())
                .columns(
                        StorageClasses.defaultName(
                                "volumeattributesclass.alpha.kubernetes.io/is-default-class"),
                        Column.string("DriverName", object -> object.path("driverName").asText()),
                        Column.AGE)
                .build();
    }

    private static final class DriverRules implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field spec = Field.root(object).at("spec");
            if (!spec.has("attachRequired")) {
                spec.at("attachRequired").required("");
            }
            if (!spec.has("podInfoOnMount")) {
                spec.at("podInfoOnMount").required("");
            }
            spec.at("fsGroupPolicy").oneOf(List.of("File", "None", "ReadWriteOnceWithFSType"));
            for (Field mode : spec.at("volumeLifecycleModes").items()) {
                mode.oneOf(List.of("Ephemeral", "Persistent"));
            }
            return spec.problems();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            Field spec = Field.root(object).at("spec");
            for (String name : List.of("attachRequired", "volumeLifecycleModes")) {
                spec.at(name).immutable(old.path("spec").path(name));
            }
            return spec.problems();
        }
    }

    private static final class NodeRules implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field node = Field.root(object);
            Set<String> names = new HashSet<>();
            for (Field driver : node.at("spec", "drivers").items()) {
                if (driver.at("name").require() && !names.add(driver.text("name"))) {
                    driver.at("name").duplicate();
                }
                driver.at("nodeID").require();
                for (Field key : driver.at("topologyKeys").items()) {
                    key.follow(NameRules::qualifiedName);
                }
            }
            return node.problems();
        }
    }

    private static final class CapacityRules implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field capacity = Field.root(object);
            capacity.at("storageClassName").follow(NameRules::dnsSubdomain);
            io.felucca.api.validation.LabelRules.selector(capacity.at("nodeTopology"));
            return capacity.problems();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            Field capacity = Field.root(object);
            for (String name : List.of("nodeTopology", "storageClassName")) {
                capacity.at(name).immutable(old.path(name));
            }
            return capacity.problems();
        }
    }

    private static final class AttributesRules implements Strategy {
        @Override
        public List<FieldError> validate(ObjectNode object) {
            Field type = Field.root(object);
            type.at("driverName").require();
            if (!type.at("parameters").filled()) {
                type.at("parameters").required("must contain at least one key/value pair");
            }
            return type.problems();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            Field type = Field.root(object);
            for (String name : List.of("driverName", "parameters")) {
                if (!type.at(name).node().equals(old.path(name))) {
                    type.at(name).forbidden("updates to " + name + " are forbidden.");
                }
            }
            return type.problems();
        }
    }
}
