package io.felucca.api.apiextensions;

import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.ValidationRules;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.JsonPath;
import io.felucca.machinery.NameRules;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StructuralSchemas;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The versions of a definition: names, schemas, columns, subresources, selectable fields. */
final class VersionRules {
    private static final List<String> COLUMN_TYPES =
            List.of("boolean", "date", "integer", "number", "string");
    private static final List<String> COLUMN_FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
    private static final int MOST_SELECTABLE = 8;
    private static final int LONGEST_WARNING = 256;

    private VersionRules() {}

    static void check(Field versions, Supplier<ValidationRules> rules) {
        String one = "must have exactly one version marked as storage version";
        if (!versions.filled()) {
            versions.invalid(versions.node(), one);
            return;
        }
        Set<String> seen = new HashSet<>();
        boolean unique = true;
        int stored = 0;
        for (Field version : versions.items()) {
            Field name = version.at("name");
            name.follow(NameRules::dns1035Label);
            unique &= seen.add(name.text());
            stored += version.at("storage").isTrue() ? 1 : 0;
            version(version, rules);
        }
        if (!unique) {
            versions.invalid("must contain unique version names");
        }
        if (stored != 1) {
            versions.invalid(one);
        }
    }

    private static void version(Field version, Supplier<ValidationRules> rules) {
        deprecation(version);
        Field schema = version.at("schema", "openAPIV3Schema");
        if (!schema.present()) {
            schema.required("schemas are required");
        } else {
            int before = schema.problems().size();
            SchemaRules.check(schema);
            StructuralRules.check(schema);
            if (schema.problems().size() == before) {
                DefaultRules.check(schema);
                expressions(schema, rules);
            }
        }
        if (version.at("additionalPrinterColumns").present()) {
            version.at("additionalPrinterColumns").items().forEach(VersionRules::column);
        }
        scale(version.at("subresources", "scale"));
        selectable(version.at("selectableFields"));
    }

    private static void expressions(Field schema, Supplier<ValidationRules> rules) {
        Schema read = StructuralSchemas.read(schema.node(), Schema.ANY);
        if (!ValidationRules.areIn(read)) {
            return;
        }
        ValidationRules part = rules.get();
        if (part == null) {
            throw ApiException.unavailable("the part that checks CEL rules is being replaced", 1);
        }
        part.check(read, schema.path()).forEach(schema::add);
    }

    private static void deprecation(Field version) {
        Field warning = version.at("deprecationWarning");
        if (!warning.present()) {
            return;
        }
        if (!version.at("deprecated").isTrue()) {
            warning.invalid("can only be set for deprecated versions");
        }
        if (warning.text().length() > LONGEST_WARNING) {
            warning.tooLong(LONGEST_WARNING);
        }
        if (warning.text().isEmpty()) {
            warning.invalid("must not be an empty string");
        }
        if (!warning.text().chars().allMatch(c -> c >= ' ' && c != 127)) {
            warning.invalid(
                    "must only contain printable UTF-8 characters; non-printable character"
                            + " found");
        }
    }

    private static void column(Field column) {
        column.at("name").require();
        among(column.at("type"), COLUMN_TYPES, true);
        among(column.at("format"), COLUMN_FORMATS, false);
        path(column.at("jsonPath"));
    }

    private static void among(Field field, List<String> allowed, boolean required) {
        if (required && !field.filled()) {
            field.required("must be one of " + String.join(",", allowed));
        } else if (field.filled() && !allowed.contains(field.text())) {
            field.invalid("must be one of " + String.join(",", new TreeSet<>(allowed)));
        }
    }

    private static boolean path(Field path) {
        if (!path.require()) {
            return false;
        }
        try {
            JsonPath unused = JsonPath.parse(path.text());
            return true;
        } catch (IllegalArgumentException e) {
            path.invalid("must be a valid JSON path: " + e.getMessage());
            return false;
        }
    }

    private static void scale(Field scale) {
        if (!scale.present()) {
            return;
        }
        place(scale.at("specReplicasPath"), true, ".spec.");
        place(scale.at("statusReplicasPath"), true, ".status.");
        place(scale.at("labelSelectorPath"), false, ".spec.", ".status.");
    }

    private static void place(Field path, boolean required, String... prefixes) {
        if (!path.filled()) {
            if (required) {
                path.required("");
            }
            return;
        }
        boolean plain = path.text().matches("(\\.[A-Za-z_][A-Za-z0-9_-]*)+");
        if (!plain) {
            path.invalid("should be a simple json path without array notation");
            return;
        }
        for (String prefix : prefixes) {
            if (path.text().startsWith(prefix)) {
                return;
            }
        }
        path.invalid(
                prefixes.length == 1
                        ? "should be a json path under "
                                + prefixes[0].substring(0, prefixes[0].length() - 1)
                        : "should be a json path under either .spec or .status");
    }

    private static void selectable(Field fields) {
        if (fields.items().size() > MOST_SELECTABLE) {
            fields.add(
                    new io.felucca.machinery.FieldError(
                            io.felucca.machinery.FieldError.Type.TOO_MANY,
                            fields.path(),
                            fields.items().size(),
                            "must have at most " + MOST_SELECTABLE + " items"));
        }
        Set<String> seen = new HashSet<>();
        for (Field field : fields.items()) {
            Field path = field.at("jsonPath");
            if (!path(path)) {
                continue;
            }
            if (!seen.add(path.text())) {
                path.duplicate();
            } else if (path.text().startsWith(".metadata")) {
                path.invalid("must not point to fields in metadata");
            } else if (!path.text().matches("(\\.[A-Za-z_][A-Za-z0-9_-]*)+")) {
                path.invalid("is an invalid path: it must be simple, without array notation");
            }
        }
    }
}
