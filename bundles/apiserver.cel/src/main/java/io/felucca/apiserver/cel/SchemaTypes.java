package io.felucca.apiserver.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import io.felucca.machinery.schema.Schema;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The CEL types of a structural schema. What has no schema can't be reached by expressions. Not
 * thread-safe while types are made; the result is.
 */
// Nothing changes once the types are made, which is before anybody asks for one.
@SuppressWarnings("Immutable")
final class SchemaTypes implements CelTypeProvider {
    /** What expressions see of metadata. */
    private static final Map<String, CelType> METADATA =
            Map.of("name", SimpleType.STRING, "generateName", SimpleType.STRING);

    private final Map<String, StructType> structs = new HashMap<>();

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(structs.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(structs.get(name));
    }

    /**
     * @param name unique for the node; names its struct
     */
    CelType of(Schema schema, String name, boolean root) {
        return switch (schema.type()) {
            case STRING -> text(schema.format());
            case INTEGER -> SimpleType.INT;
            case NUMBER -> SimpleType.DOUBLE;
            case BOOLEAN -> SimpleType.BOOL;
            case INT_OR_STRING, ANY -> SimpleType.DYN;
            case ARRAY ->
                    ListType.create(
                            schema.items() == null
                                    ? SimpleType.DYN
                                    : of(schema.items(), name + ".@idx", false));
            case OBJECT ->
                    schema.additionalProperties() != null
                            ? MapType.create(
                                    SimpleType.STRING,
                                    of(schema.additionalProperties(), name + ".@elem", false))
                            : struct(schema, name, root);
        };
    }

    private static CelType text(String format) {
        return switch (format) {
            case "byte" -> SimpleType.BYTES;
            case "date", "date-time" -> SimpleType.TIMESTAMP;
            case "duration" -> SimpleType.DURATION;
            default -> SimpleType.STRING;
        };
    }

    private StructType struct(Schema schema, String name, boolean root) {
        Map<String, CelType> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
            String escaped = PropertyNames.escape(property.getKey());
            Schema node = property.getValue();
            boolean known = node.validation() != null && node.type() != Schema.Type.ANY;
            if (escaped != null && known) {
                fields.put(escaped, of(node, name + "." + escaped, false));
            }
        }
        if (root || schema.embeddedResource()) {
            fields.put("apiVersion", SimpleType.STRING);
            fields.put("kind", SimpleType.STRING);
            fields.put("metadata", named(name + ".metadata", METADATA));
        }
        return named(name, fields);
    }

    private StructType named(String name, Map<String, CelType> fields) {
        StructType type =
                StructType.create(
                        name,
                        ImmutableSet.copyOf(fields.keySet()),
                        field -> Optional.ofNullable(fields.get(field)));
        structs.put(name, type);
        return type;
    }
}
