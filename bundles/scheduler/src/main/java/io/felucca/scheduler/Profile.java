package io.felucca.scheduler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The plugins that look at the pods of one scheduler name, in their order.
 *
 * @param plugins each with the weight of its score
 */
record Profile(String name, Map<String, Integer> plugins) {
    private static final Map<String, Integer> DEFAULTS = defaults();

    Profile {
        Objects.requireNonNull(name, "name");
    }

    /** Upstream's order and weights, of those that exist here. */
    private static Map<String, Integer> defaults() {
        Map<String, Integer> plugins = new LinkedHashMap<>();
        plugins.put("PrioritySort", 1);
        plugins.put("SchedulingGates", 1);
        plugins.put("NodeUnschedulable", 1);
        plugins.put("NodeName", 1);
        plugins.put("TaintToleration", 3);
        plugins.put("NodeAffinity", 2);
        plugins.put("NodePorts", 1);
        plugins.put("NodeResourcesFit", 1);
        plugins.put("PodTopologySpread", 2);
        plugins.put("InterPodAffinity", 2);
        plugins.put("NodeResourcesBalancedAllocation", 1);
        plugins.put("ImageLocality", 1);
        plugins.put("DefaultBinder", 1);
        return plugins;
    }

    /**
     * Reads several: each entry may hold more than one, apart by semicolons, for a line of a
     * configuration file is one entry whatever stands in it.
     *
     * @throws IllegalArgumentException if one can't be read, none is there, or two have one name
     */
    static List<Profile> parseAll(String... entries) {
        Map<String, Profile> byName = new LinkedHashMap<>();
        for (String entry : entries) {
            for (String text : entry.split(";", -1)) {
                if (text.isBlank()) {
                    continue;
                }
                Profile profile = parse(text);
                if (byName.put(profile.name(), profile) != null) {
                    throw new IllegalArgumentException(
                            "profiles: \"" + profile.name() + "\" is there twice");
                }
            }
        }
        if (byName.isEmpty()) {
            throw new IllegalArgumentException("profiles must name at least one profile");
        }
        return List.copyOf(byName.values());
    }

    /**
     * Reads {@code NAME}, or {@code NAME=PLUGIN[:WEIGHT],…} where {@code +PLUGIN} adds to the
     * default plugins and {@code -PLUGIN} takes one out; without any such sign the list is the
     * whole profile.
     *
     * @throws IllegalArgumentException if it can't be read
     */
    static Profile parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return new Profile(checked(text.strip(), text), DEFAULTS);
        }
        String name = checked(text.substring(0, equals).strip(), text);
        String list = text.substring(equals + 1);
        boolean relative =
                Stream.of(list.split(",", -1)).map(String::strip).anyMatch(Profile::isChange);
        Map<String, Integer> plugins = new LinkedHashMap<>(relative ? DEFAULTS : Map.of());
        for (String one : list.split(",", -1)) {
            change(plugins, checked(one.strip(), text), text);
        }
        return new Profile(name, plugins);
    }

    private static boolean isChange(String one) {
        return one.startsWith("+") || one.startsWith("-");
    }

    private static void change(Map<String, Integer> plugins, String one, String text) {
        if (one.startsWith("-")) {
            plugins.remove(one.substring(1).strip());
            return;
        }
        String plugin = one.startsWith("+") ? one.substring(1).strip() : one;
        int colon = plugin.indexOf(':');
        int weight = colon < 0 ? 1 : weight(plugin.substring(colon + 1), text);
        plugins.put(checked(colon < 0 ? plugin : plugin.substring(0, colon), text), weight);
    }

    private static int weight(String number, String text) {
        try {
            return Integer.parseInt(number.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "profiles: \"" + text + "\" has a weight that is not a number", e);
        }
    }

    private static String checked(String part, String text) {
        if (part.isEmpty()) {
            throw new IllegalArgumentException(
                    "profiles: \"" + text + "\" is not NAME or NAME=PLUGIN[:WEIGHT],…");
        }
        return part;
    }
}
