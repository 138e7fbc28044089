package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.TolerationRules;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code nodes} with status and proxy. */
final class Nodes implements Strategy {
    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
    private static final String ROLE_LABEL = "kubernetes.io/role";

    static ResourceDefinition definition() {
        return Core.resource("Node", "nodes")
                .clusterScoped()
                .shortNames("no")
                .strategy(new Nodes())
                .subresource(Core.status("Node"))
                .subresource(
                        new Subresource(
                                "proxy",
                                Core.kind("NodeProxyOptions"),
                                Schema.ANY,
                                Set.of(Verb.CREATE, Verb.DELETE, Verb.GET, Verb.PATCH, Verb.UPDATE),
                                new Subresource.Connect()))
                .selectableFields(
                        new SelectableField(
                                "spec.unschedulable",
                                node -> String.valueOf(node.at("/spec/unschedulable").asBoolean())))
                .columns(
                        Column.string("Status", Nodes::status),
                        Column.string("Roles", Nodes::roles),
                        Column.AGE,
                        Column.string("Version", info("kubeletVersion")),
                        Column.string("Internal-IP", node -> address(node, "InternalIP")).wide(),
                        Column.string("External-IP", node -> address(node, "ExternalIP")).wide(),
                        Column.string("OS-Image", info("osImage")).wide(),
                        Column.string("Kernel-Version", info("kernelVersion")).wide(),
                        Column.string("Container-Runtime", info("containerRuntimeVersion")).wide())
                .build();
    }

    private static java.util.function.Function<JsonNode, Object> info(String name) {
        boolean version = name.equals("kubeletVersion");
        return node -> Cells.text(node, "/status/nodeInfo/" + name, version ? "" : "<unknown>");
    }

    private static Object status(JsonNode node) {
        List<String> words = new ArrayList<>();
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                words.add(condition.path("status").asText().equals("True") ? "Ready" : "NotReady");
            }
        }
        if (words.isEmpty()) {
            words.add("Unknown");
        }
        if (node.path("spec").path("unschedulable").asBoolean()) {
            words.add("SchedulingDisabled");
        }
        return String.join(",", words);
    }

    private static Object roles(JsonNode node) {
        Set<String> roles = new TreeSet<>();
        for (Map.Entry<String, JsonNode> label : node.at("/metadata/labels").properties()) {
            if (label.getKey().startsWith(ROLE_PREFIX)) {
                roles.add(label.getKey().substring(ROLE_PREFIX.length()));
            } else if (label.getKey().equals(ROLE_LABEL)) {
                roles.add(label.getValue().asText());
            }
        }
        roles.remove("");
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static String address(JsonNode node, String type) {
        for (JsonNode address : node.path("status").path("addresses")) {
            if (address.path("type").asText().equals(type)) {
                return address.path("address").asText();
            }
        }
        return "<none>";
    }

    /** A kubelet registers its node with what it knows of it. */
    @Override
    public boolean keepsStatusAtCreation() {
        return true;
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return false;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field node = Field.root(object);
        TolerationRules.taints(node.at("spec", "taints"));
        for (Field cidr : node.at("spec", "podCIDRs").items()) {
            cidr.follow(Values::cidr);
        }
        return node.problems();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field spec = Field.root(object).at("spec");
        JsonNode was = old.path("spec");
        Field cidrs = spec.at("podCIDRs");
        if (!was.path("podCIDRs").isEmpty() && !was.path("podCIDRs").equals(cidrs.node())) {
            cidrs.forbidden("node updates may not change podCIDR except from \"\" to valid");
        }
        Field provider = spec.at("providerID");
        String before = was.path("providerID").asText("");
        if (!before.isEmpty() && !before.equals(provider.text())) {
            provider.forbidden("node updates may not change providerID except from \"\" to valid");
        }
        return spec.problems();
    }

    /** The first of the pod CIDRs also stands alone. */
    @Override
    public void defaults(ObjectNode object) {
        if (!(object.path("spec") instanceof ObjectNode spec)) {
            return;
        }
        String first = spec.path("podCIDRs").path(0).asText("");
        String single = spec.path("podCIDR").asText("");
        if (first.isEmpty() && !single.isEmpty()) {
            spec.putArray("podCIDRs").add(single);
        } else if (!first.isEmpty()) {
            spec.put("podCIDR", first);
        }
    }
}
