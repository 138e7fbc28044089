package io.felucca.scheduler.api;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Amounts of resources as whole numbers: the three that everybody has in an array, others by name.
 * Not thread-safe.
 */
public final class Resources {
    /** Index of the processor, in thousandths of a core. */
    public static final int CPU = 0;

    /** Index of the memory, in bytes. */
    public static final int MEMORY = 1;

    /** Index of the local disk, in bytes. */
    public static final int EPHEMERAL_STORAGE = 2;

    public static final int COUNT = 3;

    private final long[] basic = new long[COUNT];
    private Map<String, Long> extended = Map.of();

    public long get(int index) {
        return basic[index];
    }

    public void set(int index, long amount) {
        basic[index] = amount;
    }

    /** Extended resources and huge pages, by name; shared, not to be changed. */
    public Map<String, Long> extended() {
        return extended;
    }

    public long extended(String name) {
        return extended.getOrDefault(name, 0L);
    }

    public void setExtended(String name, long amount) {
        if (extended.isEmpty()) {
            extended = new HashMap<>();
        }
        extended.put(name, amount);
    }

    public boolean isZero() {
        for (long amount : basic) {
            if (amount != 0) {
                return false;
            }
        }
        return extended.values().stream().allMatch(amount -> amount == 0);
    }

    public void add(Resources other) {
        combine(other, 1);
    }

    public void subtract(Resources other) {
        combine(other, -1);
    }

    private void combine(Resources other, int sign) {
        for (int i = 0; i < COUNT; i++) {
            basic[i] += sign * other.basic[i];
        }
        if (!other.extended.isEmpty()) {
            other.extended.forEach(
                    (name, amount) -> setExtended(name, extended(name) + sign * amount));
        }
    }

    /** Raises each amount to the other's. */
    public void raise(Resources other) {
        for (int i = 0; i < COUNT; i++) {
            basic[i] = Math.max(basic[i], other.basic[i]);
        }
        other.extended.forEach(
                (name, amount) -> setExtended(name, Math.max(extended(name), amount)));
    }

    public Resources copy() {
        Resources copy = new Resources();
        copy.add(this);
        return copy;
    }

    /** From the API's notation; the number of pods is no resource here. */
    public static Resources of(Map<String, Quantity> amounts) {
        Resources result = new Resources();
        if (amounts != null) {
            amounts.forEach(result::set);
        }
        return result;
    }

    /** Sets one resource by its name in the API. */
    public void set(String name, Quantity amount) {
        io.felucca.machinery.Quantity parsed = parse(amount);
        switch (name) {
            case "cpu" -> basic[CPU] = parsed.milliValue();
            case "memory" -> basic[MEMORY] = parsed.value();
            case "ephemeral-storage" -> basic[EPHEMERAL_STORAGE] = parsed.value();
            case "pods" -> {
                // A node's limit, kept apart.
            }
            default -> setExtended(name, parsed.value());
        }
    }

    static io.felucca.machinery.Quantity parse(Quantity amount) {
        String format = amount.getFormat() == null ? "" : amount.getFormat();
        return io.felucca.machinery.Quantity.parse(amount.getAmount() + format);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Resources that
                && Arrays.equals(basic, that.basic)
                && extended.equals(that.extended);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(basic) + extended.hashCode();
    }

    @Override
    public String toString() {
        return "cpu="
                + basic[CPU]
                + "m memory="
                + basic[MEMORY]
                + " ephemeral-storage="
                + basic[EPHEMERAL_STORAGE]
                + (extended.isEmpty() ? "" : " " + extended);
    }
}
