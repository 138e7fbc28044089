package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One node of a type: what may stand at one place of a JSON tree.
 *
 * <p>A node either describes its structure itself or refers to another node, which is resolved on
 * first use, so that recursive types work and unused types cost nothing. A referring node may carry
 * facts of its own (default, list type, patch strategy, description), which win over its target's.
 * Immutable and thread-safe. Nodes without particular facts should be shared: see the constants.
 */
public final class Schema {

    /** What JSON may stand here. Quantities are {@link #STRING} with format {@code quantity}. */
    public enum Type {
        OBJECT,
        ARRAY,
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        INT_OR_STRING,
        ANY
    }

    /** Upstream's {@code x-kubernetes-list-type}. */
    public enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    /** Upstream's {@code x-kubernetes-map-type}; also for structs. */
    public enum MapType {
        GRANULAR,
        ATOMIC
    }

    /** Upstream's {@code x-kubernetes-patch-strategy}, of which several may hold at once. */
    public enum PatchStrategy {
        MERGE,
        REPLACE,
        RETAIN_KEYS
    }

    public static final Schema STRING = builder(Type.STRING).build();
    public static final Schema BOOLEAN = builder(Type.BOOLEAN).build();
    public static final Schema INT32 = builder(Type.INTEGER).format("int32").build();
    public static final Schema INT64 = builder(Type.INTEGER).format("int64").build();
    public static final Schema DOUBLE = builder(Type.NUMBER).format("double").build();
    public static final Schema INT_OR_STRING =
            builder(Type.INT_OR_STRING).format("int-or-string").build();
    public static final Schema QUANTITY = builder(Type.STRING).format("quantity").build();
    public static final Schema DATE_TIME = builder(Type.STRING).format("date-time").build();

    /** Anything at all, kept as it is. */
    public static final Schema ANY = builder(Type.ANY).preserveUnknownFields(true).build();

    private final Type type;
    private final String format;
    private final String definitionName;
    private final String description;
    private final Map<String, Schema> properties;
    private final Schema items;
    private final Schema additionalProperties;
    private final Set<String> required;
    private final JsonNode defaultValue;
    private final boolean defaultForZero;
    private final List<String> enumValues;
    private final ListType listType;
    private final List<String> mapKeys;
    private final MapType mapType;
    private final Set<PatchStrategy> patchStrategies;
    private final String patchMergeKey;
    private final boolean preserveUnknownFields;
    private final boolean embeddedResource;
    private final boolean nullable;
    private final ValueValidation validation;
    private final Supplier<Schema> reference;

    /** The resolved reference; a race resolves twice to an equal node, which does no harm. */
    private volatile Schema target;

    /** Computed on first use, with the same harmless race. */
    private volatile Map<String, Schema> defaulted;

    private Schema(Builder from) {
        type = from.type;
        format = from.format;
        definitionName = from.definitionName;
        description = from.description;
        properties =
                from.properties.isEmpty()
                        ? Map.of()
                        : Collections.unmodifiableMap(new LinkedHashMap<>(from.properties));
        items = from.items;
        additionalProperties = from.additionalProperties;
        required = Set.copyOf(from.required);
        defaultValue = from.defaultValue;
        defaultForZero = from.defaultForZero;
        enumValues = List.copyOf(from.enumValues);
        listType = from.listType;
        mapKeys = List.copyOf(from.mapKeys);
        mapType = from.mapType;
        patchStrategies =
                from.patchStrategies.isEmpty()
                        ? Set.of()
                        : Collections.unmodifiableSet(EnumSet.copyOf(from.patchStrategies));
        patchMergeKey = from.patchMergeKey;
        preserveUnknownFields = from.preserveUnknownFields;
        embeddedResource = from.embeddedResource;
        nullable = from.nullable;
        validation = from.validation;
        reference = from.reference;
    }

    public static Builder builder(Type type) {
        return new Builder(Objects.requireNonNull(type, "type"), null);
    }

    /** A node that takes its structure from {@code target}, resolved on first use. */
    public static Builder reference(Supplier<Schema> target) {
        return new Builder(null, Objects.requireNonNull(target, "target"));
    }

    public static Schema arrayOf(Schema items) {
        return builder(Type.ARRAY).items(items).build();
    }

    public static Schema mapOf(Schema values) {
        return builder(Type.OBJECT).additionalProperties(values).build();
    }

    /** The node that holds the structure: this one, or what it refers to. */
    private Schema structure() {
        if (reference == null) {
            return this;
        }
        Schema resolved = target;
        if (resolved == null) {
            resolved =
                    Objects.requireNonNull(reference.get(), "a schema reference leads nowhere")
                            .structure();
            target = resolved;
        }
        return resolved;
    }

    public Type type() {
        return structure().type;
    }

    /** Such as {@code int32}, {@code date-time}, {@code byte}, {@code quantity}; may be empty. */
    public String format() {
        return structure().format;
    }

    /** Such as {@code io.k8s.api.apps.v1.DeploymentSpec}; empty for what has no name. */
    public String definitionName() {
        return structure().definitionName;
    }

    /** Empty for built-in types, whose words stay in the OpenAPI documents. */
    public String description() {
        return description.isEmpty() && reference != null ? structure().description : description;
    }

    /** In the order of declaration; empty for maps and for what is no object. */
    public Map<String, Schema> properties() {
        return structure().properties;
    }

    /** The node of one property, or null. */
    public Schema property(String name) {
        return structure().properties.get(name);
    }

    /** What an array holds; null for what is no array. */
    public Schema items() {
        return structure().items;
    }

    /** What the keys of a map hold; null for what is no map. */
    public Schema additionalProperties() {
        return structure().additionalProperties;
    }

    public Set<String> required() {
        return structure().required;
    }

    /** What an absent value becomes, or null; copy it before it goes into a tree. */
    public JsonNode defaultValue() {
        return defaultValue == null && reference != null ? structure().defaultValue : defaultValue;
    }

    /** Whether a zero counts as absent, so that the default replaces it. */
    public boolean defaultForZero() {
        return defaultForZero;
    }

    /** Those properties that have a default, so that defaulting needn't look at the others. */
    Map<String, Schema> defaultedProperties() {
        Schema structure = structure();
        Map<String, Schema> known = structure.defaulted;
        if (known == null) {
            known = new LinkedHashMap<>();
            for (Map.Entry<String, Schema> property : structure.properties.entrySet()) {
                if (property.getValue().defaultValue() != null) {
                    known.put(property.getKey(), property.getValue());
                }
            }
            known = known.isEmpty() ? Map.of() : Collections.unmodifiableMap(known);
            structure.defaulted = known;
        }
        return known;
    }

    /** The values allowed; empty for any. */
    public List<String> enumValues() {
        return enumValues.isEmpty() && reference != null ? structure().enumValues : enumValues;
    }

    public ListType listType() {
        ListType own = listType == null && reference != null ? structure().listType : listType;
        return own == null ? ListType.ATOMIC : own;
    }

    /** The keys that tell the elements of a {@link ListType#MAP} apart. */
    public List<String> mapKeys() {
        return mapKeys.isEmpty() && reference != null ? structure().mapKeys : mapKeys;
    }

    public MapType mapType() {
        MapType own = mapType == null && reference != null ? structure().mapType : mapType;
        return own == null ? MapType.GRANULAR : own;
    }

    /** Empty for what a strategic patch treats by default: objects merge, lists are replaced. */
    public Set<PatchStrategy> patchStrategies() {
        return patchStrategies.isEmpty() && reference != null
                ? structure().patchStrategies
                : patchStrategies;
    }

    /** The key by which a strategic patch finds the elements of a list; empty for none. */
    public String patchMergeKey() {
        return patchMergeKey.isEmpty() && reference != null
                ? structure().patchMergeKey
                : patchMergeKey;
    }

    /** Whether fields that the schema doesn't know are kept. */
    public boolean preserveUnknownFields() {
        return preserveUnknownFields || (reference != null && structure().preserveUnknownFields);
    }

    /** Whether a whole object with apiVersion, kind and metadata stands here. */
    public boolean embeddedResource() {
        return embeddedResource || (reference != null && structure().embeddedResource);
    }

    public boolean nullable() {
        return nullable || (reference != null && structure().nullable);
    }

    /**
     * What a custom resource's schema demands beyond the structure; never null for its nodes, whose
     * values are decoded as they are and judged by validation, and always null for built-in types.
     */
    public ValueValidation validation() {
        return validation;
    }

    /** Whether this is a node of a custom resource's schema. */
    public boolean isStructural() {
        return validation != null;
    }

    @Override
    public String toString() {
        return reference != null && target == null
                ? "Schema[unresolved]"
                : "Schema[" + type() + " " + definitionName() + "]";
    }

    /** Collects the facts of one node. Not thread-safe. */
    public static final class Builder {
        private final Type type;
        private final Supplier<Schema> reference;
        private final Map<String, Schema> properties = new LinkedHashMap<>();
        private String format = "";
        private String definitionName = "";
        private String description = "";
        private Schema items;
        private Schema additionalProperties;
        private Set<String> required = Set.of();
        private JsonNode defaultValue;
        private boolean defaultForZero;
        private List<String> enumValues = List.of();
        private ListType listType;
        private List<String> mapKeys = List.of();
        private MapType mapType;
        private final Set<PatchStrategy> patchStrategies = EnumSet.noneOf(PatchStrategy.class);
        private String patchMergeKey = "";
        private boolean preserveUnknownFields;
        private boolean embeddedResource;
        private boolean nullable;
        private ValueValidation validation;

        private Builder(Type type, Supplier<Schema> reference) {
            this.type = type;
            this.reference = reference;
        }

        public Builder format(String value) {
            format = value;
            return this;
        }

        public Builder definitionName(String value) {
            definitionName = value;
            return this;
        }

        public Builder description(String value) {
            description = value;
            return this;
        }

        public Builder property(String name, Schema node) {
            properties.put(name, Objects.requireNonNull(node, name));
            return this;
        }

        public Builder items(Schema node) {
            items = node;
            return this;
        }

        public Builder additionalProperties(Schema node) {
            additionalProperties = node;
            return this;
        }

        public Builder required(Set<String> names) {
            required = names;
            return this;
        }

        public Builder defaultValue(JsonNode value) {
            defaultValue = value;
            return this;
        }

        public Builder defaultForZero(boolean value) {
            defaultForZero = value;
            return this;
        }

        public Builder enumValues(List<String> values) {
            enumValues = values;
            return this;
        }

        public Builder listType(ListType value) {
            listType = value;
            return this;
        }

        public Builder mapKeys(List<String> keys) {
            mapKeys = keys;
            return this;
        }

        public Builder mapType(MapType value) {
            mapType = value;
            return this;
        }

        public Builder patchStrategy(PatchStrategy value) {
            patchStrategies.add(value);
            return this;
        }

        public Builder patchMergeKey(String key) {
            patchMergeKey = key;
            return this;
        }

        public Builder preserveUnknownFields(boolean value) {
            preserveUnknownFields = value;
            return this;
        }

        public Builder embeddedResource(boolean value) {
            embeddedResource = value;
            return this;
        }

        public Builder nullable(boolean value) {
            nullable = value;
            return this;
        }

        /** Makes it a node of a custom resource's schema. */
        public Builder validation(ValueValidation own) {
            validation = own;
            return this;
        }

        public Schema build() {
            return new Schema(this);
        }
    }
}
