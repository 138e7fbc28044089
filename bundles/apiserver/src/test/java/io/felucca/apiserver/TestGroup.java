package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.machinery.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** A harbour with boats, berths and fleets: one resource for each thing the server can do. */
final class TestGroup implements ApiGroup {
    static final GroupVersionResource BOATS = new GroupVersionResource("harbour", "v1", "boats");
    static final GroupVersionResource OLD_BOATS =
            new GroupVersionResource("harbour", "v1beta1", "boats");
    static final GroupVersionResource NAMESPACES = new GroupVersionResource("", "v1", "namespaces");
    static final GroupVersionResource BUOYS = new GroupVersionResource("harbour", "v1", "buoys");
    static final GroupVersionResource FLARES = new GroupVersionResource("harbour", "v1", "flares");
    static final GroupVersionResource TIDES = new GroupVersionResource("harbour", "v1", "tides");
    static final GroupVersionResource REVIEWS =
            new GroupVersionResource("harbour", "v1", "reviews");

    private static final Schema METADATA =
            Schema.builder(Schema.Type.OBJECT)
                    .definitionName("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
                    .property("name", Schema.STRING)
                    .property("generateName", Schema.STRING)
                    .property("namespace", Schema.STRING)
                    .property("uid", Schema.STRING)
                    .property("resourceVersion", Schema.STRING)
                    .property("generation", Schema.INT64)
                    .property("creationTimestamp", Schema.DATE_TIME)
                    .property("deletionTimestamp", Schema.DATE_TIME)
                    .property("deletionGracePeriodSeconds", Schema.INT64)
                    .property("labels", Schema.mapOf(Schema.STRING))
                    .property("annotations", Schema.mapOf(Schema.STRING))
                    .property("managedFields", Schema.arrayOf(Schema.ANY))
                    .property(
                            "finalizers",
                            Schema.builder(Schema.Type.ARRAY)
                                    .items(Schema.STRING)
                                    .patchStrategy(Schema.PatchStrategy.MERGE)
                                    .build())
                    .property(
                            "ownerReferences",
                            Schema.arrayOf(
                                    Schema.builder(Schema.Type.OBJECT)
                                            .property("apiVersion", Schema.STRING)
                                            .property("kind", Schema.STRING)
                                            .property("name", Schema.STRING)
                                            .property("uid", Schema.STRING)
                                            .property("controller", Schema.BOOLEAN)
                                            .build()))
                    .build();

    private static final Schema CREW =
            Schema.builder(Schema.Type.ARRAY)
                    .items(
                            Schema.builder(Schema.Type.OBJECT)
                                    .property("name", Schema.STRING)
                                    .property("age", Schema.INT32)
                                    .required(Set.of("name"))
                                    .build())
                    .patchStrategy(Schema.PatchStrategy.MERGE)
                    .patchMergeKey("name")
                    .build();

    private static final Schema BOAT =
            object().property(
                            "spec",
                            Schema.builder(Schema.Type.OBJECT)
                                    .property(
                                            "rig",
                                            Schema.reference(() -> Schema.STRING)
                                                    .defaultValue(TextNode.valueOf("lateen"))
                                                    .build())
                                    .property("berth", Schema.STRING)
                                    .property("slip", Schema.STRING)
                                    .property("masts", Schema.INT32)
                                    .property("crew", CREW)
                                    .build())
                    .property(
                            "status",
                            Schema.builder(Schema.Type.OBJECT)
                                    .property("phase", Schema.STRING)
                                    .build())
                    .build();

    private final String name;
    private final List<ResourceDefinition> resources;

    private TestGroup(String name, List<ResourceDefinition> resources) {
        this.name = name;
        this.resources = resources;
    }

    private static Schema.Builder object() {
        return Schema.builder(Schema.Type.OBJECT)
                .property("apiVersion", Schema.STRING)
                .property("kind", Schema.STRING)
                .property("metadata", METADATA);
    }

    static TestGroup harbour() {
        return harbour("");
    }

    /** {@code flag} is set on all boats that this version of the group creates. */
    static TestGroup harbour(String flag) {
        GroupVersionKind boat = new GroupVersionKind("harbour", "v1", "Boat");
        GroupVersionKind buoy = new GroupVersionKind("harbour", "v1", "Buoy");
        GroupVersionKind review = new GroupVersionKind("harbour", "v1", "Review");
        return new TestGroup(
                "harbour",
                List.of(
                        ResourceDefinition.builder(boat, "boats", BOAT)
                                .strategy(new Boats(flag))
                                .subresource(Subresource.status(boat, BOAT))
                                .subresource(
                                        new Subresource(
                                                "masts",
                                                new GroupVersionKind("harbour", "v1", "Masts"),
                                                object().property("masts", Schema.INT32).build(),
                                                Set.of(
                                                        ResourceDefinition.Verb.GET,
                                                        ResourceDefinition.Verb.UPDATE),
                                                new Masts()))
                                .subresource(
                                        new Subresource(
                                                "launch",
                                                new GroupVersionKind("harbour", "v1", "Launch"),
                                                object().build(),
                                                Set.of(ResourceDefinition.Verb.CREATE),
                                                new Launch()))
                                .selectableFields(SelectableField.at("spec.berth"))
                                .build(),
                        ResourceDefinition.builder(
                                        new GroupVersionKind("harbour", "v1beta1", "Boat"),
                                        "boats",
                                        BOAT)
                                .converter(new OldBoats())
                                .selectableFields(SelectableField.at("spec.berth"))
                                .build(),
                        ResourceDefinition.builder(buoy, "buoys", BOAT)
                                .clusterScoped()
                                .strategy(new Buoys())
                                .subresource(Subresource.status(buoy, BOAT))
                                .build(),
                        ResourceDefinition.builder(
                                        new GroupVersionKind("harbour", "v1", "Flare"),
                                        "flares",
                                        object().build())
                                .clusterScoped()
                                .strategy(new Flares())
                                .build(),
                        ResourceDefinition.builder(
                                        new GroupVersionKind("harbour", "v1", "Tide"),
                                        "tides",
                                        object().build())
                                .clusterScoped()
                                .computed(TestGroup::tides)
                                .build(),
                        ResourceDefinition.builder(review, "reviews", object().build())
                                .clusterScoped()
                                .virtual(
                                        (server, request, body) ->
                                                CompletableFuture.completedFuture(
                                                        body.put("answer", request.user().name())))
                                .build()));
    }

    private static List<ObjectNode> tides() {
        List<ObjectNode> tides = new ArrayList<>();
        for (String name : List.of("low", "high")) {
            ObjectNode tide = Json.object();
            tide.put("apiVersion", "harbour/v1").put("kind", "Tide");
            tide.putObject("metadata").put("name", name).putObject("labels").put("water", name);
            tides.add(tide);
        }
        return tides;
    }

    static TestGroup core() {
        return new TestGroup(
                "",
                List.of(
                        ResourceDefinition.builder(
                                        new GroupVersionKind("", "v1", "Namespace"),
                                        "namespaces",
                                        object().build())
                                .clusterScoped()
                                .build(),
                        ResourceDefinition.builder(
                                        new GroupVersionKind("", "v1", "Event"),
                                        "events",
                                        object().preserveUnknownFields(true).build())
                                .build()));
    }

    static TestGroup empty(String name) {
        return new TestGroup(name, List.of());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> versions() {
        return List.of("v1");
    }

    @Override
    public List<ResourceDefinition> resources() {
        return resources;
    }

    /** Boats go down with grace if they have masts, and hold their slip alone. */
    private record Boats(String flag) implements Strategy {
        @Override
        public void prepareForCreate(ObjectNode object) {
            if (!flag.isEmpty()) {
                object.withObject("/metadata/labels").put("flag", flag);
            }
        }

        @Override
        public List<FieldError> validate(ObjectNode object) {
            return object.path("spec").path("masts").asInt(0) < 0
                    ? List.of(
                            FieldError.invalid(
                                    "spec.masts",
                                    object.path("spec").path("masts").numberValue(),
                                    "must not be negative"))
                    : List.of();
        }

        /** There is no quay in this harbour yet. */
        @Override
        public List<String> notActedOn(ObjectNode object) {
            return object.path("spec").path("berth").asText("").equals("quay")
                    ? List.of("the boat has no berth: there is no quay")
                    : List.of();
        }

        @Override
        public OptionalLong deletionGraceSeconds(ObjectNode object, OptionalLong requested) {
            return object.path("spec").path("masts").asInt(0) == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(requested.orElse(30));
        }

        @Override
        public List<String> claim(ObjectNode object, ObjectNode old, Predicate<String> taken) {
            List<String> claims = new ArrayList<>();
            String slip = object.path("spec").path("slip").asText("");
            if (slip.equals("any")) {
                int free = 1;
                while (taken.test("slip/" + free)) {
                    free++;
                }
                slip = Integer.toString(free);
                object.withObject("/spec").put("slip", slip);
            }
            if (!slip.isEmpty()) {
                if (taken.test("slip/" + slip)) {
                    throw ApiException.of(StatusReason.Invalid, "slip " + slip + " is taken");
                }
                claims.add("slip/" + slip);
            }
            return claims;
        }
    }

    /** Buoys report of themselves from the start, as nodes do. */
    private static final class Buoys implements Strategy {
        @Override
        public boolean keepsStatusAtCreation() {
            return true;
        }
    }

    /** They burn for a quarter of an hour, as events are kept for a time. */
    private static final class Flares implements Strategy {
        @Override
        public long secondsToLive() {
            return 900;
        }
    }

    /** How scale does it, only with masts. */
    private static final class Masts implements Subresource.View {
        @Override
        public ObjectNode show(ObjectNode object) {
            ObjectNode masts = Json.object();
            masts.put("kind", "Masts").put("apiVersion", "harbour/v1");
            masts.set("metadata", object.get("metadata"));
            return masts.put("masts", object.at("/spec/masts").asInt());
        }

        @Override
        public ObjectNode apply(ObjectNode object, ObjectNode body) {
            object.withObject("/spec").put("masts", body.path("masts").asInt());
            return object;
        }
    }

    /** Answers with what it was given, which an older client may send too. */
    private static final class Launch implements Subresource.Action {
        @Override
        public Set<String> otherApiVersions() {
            return Set.of("harbour/v1beta1");
        }

        @Override
        public CompletionStage<ObjectNode> run(
                ApiServer server, ApiRequest request, ObjectNode body) {
            return CompletableFuture.completedFuture(body);
        }
    }

    /** The old version differs in its name only. */
    private static final class OldBoats implements ResourceDefinition.Converter {
        @Override
        public ObjectNode toStored(ObjectNode served) {
            return served.put("apiVersion", "harbour/v1");
        }

        @Override
        public ObjectNode fromStored(ObjectNode stored) {
            ObjectNode old = Json.object();
            old.setAll(stored);
            return old.put("apiVersion", "harbour/v1beta1");
        }
    }
}
