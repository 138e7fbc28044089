package io.felucca.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Quantity;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Quantities by the name of their resource, in the order of the names; immutable. */
public record Amounts(Map<String, Quantity> byName) {
    public static final Amounts NONE = new Amounts(Map.of());

    public Amounts {
        byName = java.util.Collections.unmodifiableMap(new TreeMap<>(byName));
    }

    /** From a list such as {@code spec.hard}; a list that is missing is empty. */
    public static Amounts read(JsonNode list) {
        Map<String, Quantity> read = new TreeMap<>();
        list.properties()
                .forEach(amount -> read.put(amount.getKey(), Quantity.fromJson(amount.getValue())));
        return new Amounts(read);
    }

    /** Replaces the list of that name. */
    public void writeTo(ObjectNode parent, String field) {
        ObjectNode list = parent.putObject(field);
        byName.forEach((name, amount) -> list.put(name, amount.toString()));
    }

    public boolean isEmpty() {
        return byName.isEmpty();
    }

    public Quantity get(String name) {
        return byName.getOrDefault(name, Quantity.ZERO);
    }

    public Amounts plus(Amounts other) {
        Map<String, Quantity> sum = new TreeMap<>(byName);
        other.byName.forEach((name, amount) -> sum.merge(name, amount, Quantity::add));
        return new Amounts(sum);
    }

    /** What is more here than there; nothing of what is not. */
    public Amounts moreThan(Amounts other) {
        Map<String, Quantity> more = new TreeMap<>();
        byName.forEach(
                (name, amount) -> {
                    Quantity difference = amount.subtract(other.get(name));
                    if (difference.signum() > 0) {
                        more.put(name, difference);
                    }
                });
        return new Amounts(more);
    }

    public Amounts only(Collection<String> names) {
        return new Amounts(
                byName.entrySet().stream()
                        .filter(amount -> names.contains(amount.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** As messages have it: {@code cpu=1,pods=2}. */
    @Override
    public String toString() {
        return byName.entrySet().stream()
                .map(amount -> amount.getKey() + "=" + amount.getValue())
                .collect(Collectors.joining(","));
    }
}
