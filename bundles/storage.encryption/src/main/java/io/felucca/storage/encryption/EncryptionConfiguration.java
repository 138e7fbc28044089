package io.felucca.storage.encryption;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Yaml;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Reads upstream's EncryptionConfiguration of apiserver.config.k8s.io/v1. */
final class EncryptionConfiguration {
    private static final String VERSION = "apiserver.config.k8s.io/v1";
    private static final String REGISTRY = "/registry/";
    private static final Set<Integer> KEY_BYTES = Set.of(16, 24, 32);

    private EncryptionConfiguration() {}

    /**
     * @throws IllegalArgumentException naming the field that is wrong, never a key
     */
    static Rules read(byte[] yaml) {
        JsonNode config = Json.parseObject(Yaml.toJson(yaml));
        if (!config.path("kind").asText("").equals("EncryptionConfiguration")
                || !config.path("apiVersion").asText("").equals(VERSION)) {
            throw new IllegalArgumentException(
                    "it must be an EncryptionConfiguration of " + VERSION);
        }
        if (config.path("resources").isEmpty()) {
            throw wrong("resources", "is required");
        }
        List<Rules.Rule> rules = new ArrayList<>();
        int number = 0;
        for (JsonNode one : config.path("resources")) {
            String field = "resources[" + number++ + "]";
            rules.add(
                    new Rules.Rule(
                            resources(one.path("resources"), field + ".resources"),
                            providers(one.path("providers"), field + ".providers")));
        }
        return new Rules(rules);
    }

    private static Predicate<String> resources(JsonNode names, String field) {
        if (names.isEmpty()) {
            throw wrong(field, "is required");
        }
        Predicate<String> any = key -> false;
        for (JsonNode name : names) {
            any = any.or(resource(name.asText(""), field));
        }
        return any;
    }

    /** {@code plural}, {@code plural.group}, {@code *.group}, {@code *.} (core) or {@code *.*}. */
    private static Predicate<String> resource(String name, String field) {
        if (name.equals("*.*")) {
            return key -> key.startsWith(REGISTRY);
        }
        int dot = name.indexOf('.');
        String plural = dot < 0 ? name : name.substring(0, dot);
        String group = dot < 0 ? "" : name.substring(dot + 1);
        if (plural.isEmpty() || group.contains("*") || name.equals("*")) {
            throw wrong(
                    field,
                    "must name resources as secrets, deployments.apps, *.apps, *. or *.*, not "
                            + name);
        }
        String start = REGISTRY + (group.isEmpty() ? "core" : group) + '/';
        String prefix = plural.equals("*") ? start : start + plural + '/';
        return key -> key.startsWith(prefix);
    }

    private static List<Provider> providers(JsonNode list, String field) {
        if (list.isEmpty()) {
            throw wrong(field, "is required");
        }
        List<Provider> providers = new ArrayList<>();
        int number = 0;
        for (JsonNode one : list) {
            String place = field + "[" + number++ + "]";
            if (one.size() != 1) {
                throw wrong(place, "must have exactly one provider");
            }
            String name = one.fieldNames().next();
            switch (name) {
                case "identity" -> providers.add(new Identity());
                case "aesgcm" -> keys(Aes.Mode.GCM, one.get(name), place + ".aesgcm", providers);
                case "aescbc" -> keys(Aes.Mode.CBC, one.get(name), place + ".aescbc", providers);
                default ->
                        throw wrong(
                                place + "." + name,
                                "is not supported; use aesgcm, aescbc or identity");
            }
        }
        return providers;
    }

    private static void keys(
            Aes.Mode mode, JsonNode config, String field, List<Provider> providers) {
        if (config.path("keys").isEmpty()) {
            throw wrong(field + ".keys", "is required");
        }
        Set<String> names = new HashSet<>();
        int number = 0;
        for (JsonNode key : config.path("keys")) {
            String place = field + ".keys[" + number++ + "]";
            String name = key.path("name").asText("");
            if (name.isEmpty() || name.contains(":") || !names.add(name)) {
                throw wrong(place + ".name", "must be there, unique and without a colon");
            }
            providers.add(new Aes(mode, name, secret(key.path("secret").asText(""), place)));
        }
    }

    private static byte[] secret(String encoded, String place) {
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message may show a piece of the key.
            throw wrong(place + ".secret", "must be base64");
        }
        if (!KEY_BYTES.contains(secret.length)) {
            throw wrong(place + ".secret", "must be 16, 24 or 32 bytes long, not " + secret.length);
        }
        return secret;
    }

    private static IllegalArgumentException wrong(String field, String what) {
        return new IllegalArgumentException(field + " " + what);
    }
}
