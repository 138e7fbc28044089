package io.felucca.schema.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.annotations.SerializedName;
import io.felucca.schema.build.Facts.TypeFacts;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.swagger.annotations.ApiModel;
import io.swagger.annotations.ApiModelProperty;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads one class of the model and adds its facts. One use each. */
final class TypeReader {
    private static final Set<String> TYPE_FACTS = Set.of("class", "kind", "map");
    private static final Set<String> FIELD_FACTS =
            Set.of("list", "map", "patch", "default", "zero", "enum", "micro", "lenient", "any");

    private final ObjectMapper mapper;
    private final TypeFacts facts;
    private final Map<String, String> definitionByModel;
    private final List<String> problems;
    private final Set<String> names = new HashSet<>();

    TypeReader(
            ObjectMapper mapper,
            TypeFacts facts,
            Map<String, String> definitionByModel,
            List<String> problems) {
        this.mapper = mapper;
        this.facts = facts;
        this.definitionByModel = definitionByModel;
        this.problems = problems;
    }

    ObjectNode read() throws ReflectiveOperationException, JsonProcessingException {
        Class<?> model = Class.forName(ModelClasses.PACKAGE + facts.model());
        ObjectNode definition = mapper.createObjectNode();
        ApiModel words = model.getAnnotation(ApiModel.class);
        if (words != null) {
            definition.put("description", words.description());
        }
        definition.put("type", "object");
        for (String name : facts.own().keySet()) {
            if (!TYPE_FACTS.contains(name)) {
                problem("", "the fact " + name + " is not known");
            }
        }
        if (facts.own().containsKey("map")) {
            definition.put("x-kubernetes-map-type", facts.own().get("map"));
        }
        ArrayNode required = mapper.createArrayNode();
        ArrayNode lenient = mapper.createArrayNode();
        Map<String, ObjectNode> properties = new TreeMap<>();
        for (Field field : model.getDeclaredFields()) {
            SerializedName name = field.getAnnotation(SerializedName.class);
            if (name != null) {
                ApiModelProperty property = getter(model, field);
                properties.put(name.value(), property(name.value(), field, property));
                if (property.required()) {
                    required.add(name.value());
                    if (fact(name.value(), "lenient")) {
                        lenient.add(name.value());
                    }
                }
            }
        }
        names.addAll(properties.keySet());
        for (String name : facts.fields().keySet()) {
            if (!names.contains(name)) {
                problem(name, "the model has no such field");
            }
        }
        definition.set("properties", mapper.valueToTree(properties));
        if (!required.isEmpty()) {
            definition.set("required", required);
        }
        if (!lenient.isEmpty()) {
            definition.set("x-felucca-lenient", lenient);
        }
        return definition;
    }

    /** Whether objects of this type stand for themselves: they name their own type. */
    boolean isKind() {
        return facts.own().containsKey("kind")
                || names.containsAll(Set.of("apiVersion", "kind", "metadata"));
    }

    /** The words sit on the getter; names that Java reserves have an underscore in front. */
    private ApiModelProperty getter(Class<?> model, Field field) {
        String wanted = "get" + field.getName().replaceFirst("^_", "").toLowerCase(Locale.ROOT);
        for (Method method : model.getMethods()) {
            ApiModelProperty property = method.getAnnotation(ApiModelProperty.class);
            if (property != null && method.getName().toLowerCase(Locale.ROOT).equals(wanted)) {
                return property;
            }
        }
        throw new IllegalStateException(model + " has no getter for " + field.getName());
    }

    private ObjectNode property(String name, Field field, ApiModelProperty words)
            throws JsonProcessingException {
        ObjectNode node = node(name, field.getGenericType());
        if (!words.value().isEmpty()) {
            node.put("description", words.value());
        }
        Map<String, String> own = facts.fields().getOrDefault(name, Map.of());
        for (String fact : own.keySet()) {
            if (!FIELD_FACTS.contains(fact)) {
                problem(name, "the fact " + fact + " is not known");
            }
        }
        if (own.containsKey("default")) {
            node.set("default", value(own.get("default")));
        }
        if (own.containsKey("zero")) {
            node.put("x-felucca-default-for-zero", true);
        }
        if (own.containsKey("enum")) {
            ArrayNode values = node.putArray("enum");
            for (String value : own.get("enum").split(",", -1)) {
                values.add(value);
            }
        }
        if (own.containsKey("map")) {
            node.put("x-kubernetes-map-type", own.get("map"));
        }
        list(name, node, own);
        patch(node, own);
        return node;
    }

    private void list(String name, ObjectNode node, Map<String, String> own) {
        boolean array = node.path("type").asText().equals("array");
        String list = own.get("list");
        if (array != (list != null)) {
            problem(name, array ? "a list that no table describes" : "no list, but described so");
            return;
        }
        if (!array || list.equals("plain")) {
            return;
        }
        if (!list.startsWith("map(")) {
            node.put("x-kubernetes-list-type", list);
            return;
        }
        node.put("x-kubernetes-list-type", "map");
        ArrayNode keys = node.putArray("x-kubernetes-list-map-keys");
        for (String key : list.substring(4, list.length() - 1).split(",", -1)) {
            keys.add(key);
        }
    }

    private static void patch(ObjectNode node, Map<String, String> own) {
        String patch = own.get("patch");
        if (patch == null) {
            return;
        }
        int open = patch.indexOf('(');
        node.put("x-kubernetes-patch-strategy", open < 0 ? patch : patch.substring(0, open));
        if (open >= 0) {
            node.put("x-kubernetes-patch-merge-key", patch.substring(open + 1, patch.length() - 1));
        }
    }

    private ObjectNode node(String name, Type type) {
        ObjectNode node = mapper.createObjectNode();
        if (type instanceof ParameterizedType generic) {
            boolean list = generic.getRawType() == List.class;
            Type inner = generic.getActualTypeArguments()[list ? 0 : 1];
            node.put("type", list ? "array" : "object");
            node.set(list ? "items" : "additionalProperties", node(name, inner));
            return node;
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return node.put("type", "string");
        } else if (plain == Boolean.class) {
            return node.put("type", "boolean");
        } else if (plain == Integer.class) {
            return node.put("type", "integer").put("format", "int32");
        } else if (plain == Long.class) {
            return node.put("type", "integer").put("format", "int64");
        } else if (plain == Double.class) {
            return node.put("type", "number").put("format", "double");
        } else if (plain == byte[].class) {
            return node.put("type", "string").put("format", "byte");
        } else if (plain == OffsetDateTime.class) {
            return node.put("type", "string")
                    .put("format", fact(name, "micro") ? "micro-time" : "date-time");
        } else if (plain == Quantity.class) {
            return node.put("type", "string").put("format", "quantity");
        } else if (plain == IntOrString.class) {
            return node.put("type", "int-or-string").put("format", "int-or-string");
        } else if (plain == Object.class) {
            return node.put("type", fact(name, "any") ? "any" : "object")
                    .put("x-kubernetes-preserve-unknown-fields", true);
        }
        String definition = definitionByModel.get(plain.getSimpleName());
        if (definition == null) {
            problem(name, "its type " + plain + " is in no table");
        }
        return node.put("$ref", definition);
    }

    private boolean fact(String field, String fact) {
        return facts.fields().getOrDefault(field, Map.of()).containsKey(fact);
    }

    /** JSON if it reads as such, otherwise a bare word. */
    private JsonNode value(String text) throws JsonProcessingException {
        boolean json = text.matches("(-?\\d+|true|false|[\\[{\"].*)");
        return json ? mapper.readTree(text) : mapper.getNodeFactory().textNode(text);
    }

    private void problem(String field, String what) {
        problems.add(facts.definition() + (field.isEmpty() ? "" : "." + field) + ": " + what);
    }
}
