package io.felucca.apiserver.admission.serviceaccount;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The volume {@code kube-api-access-xxxxx} with what a client in a pod needs to call the API:
 * token, the authority's certificate, and the pod's namespace.
 */
final class TokenVolume {
    private static final String PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String PREFIX = "kube-api-access-";
    private static final int SUFFIX_LENGTH = 5;

    /** Upstream's letters for made-up names: none that could spell a word. */
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    /** An hour and a little: how the token's issuer knows the tokens that admission asks for. */
    private static final int TOKEN_SECONDS = 3607;

    /** Octal 0644, as JSON has it. */
    private static final int FILE_MODE = 420;

    private final Random random;

    TokenVolume(Random random) {
        this.random = random;
    }

    /** Mounts the volume wherever nothing is mounted there, and adds it if anyone mounts it. */
    void addTo(ObjectNode podSpec) {
        List<ObjectNode> containers = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : podSpec.path(list)) {
                if (!mountsThere(container)) {
                    containers.add((ObjectNode) container);
                }
            }
        }
        if (containers.isEmpty()) {
            return;
        }
        ArrayNode volumes = array(podSpec, "volumes");
        String name = presentIn(volumes);
        if (name.isEmpty()) {
            name = PREFIX + suffix();
            fill(volumes.addObject().put("name", name));
        }
        for (ObjectNode container : containers) {
            array(container, "volumeMounts")
                    .addObject()
                    .put("name", name)
                    .put("readOnly", true)
                    .put("mountPath", PATH);
        }
    }

    private static boolean mountsThere(JsonNode container) {
        for (JsonNode mount : container.path("volumeMounts")) {
            if (mount.path("mountPath").asText("").equals(PATH)) {
                return true;
            }
        }
        return false;
    }

    /**
     * As upstream: a volume of this kind that came with the pod, from a copied manifest, serves.
     */
    private static String presentIn(ArrayNode volumes) {
        for (JsonNode volume : volumes) {
            String name = volume.path("name").asText("");
            if (name.startsWith(PREFIX)) {
                return name;
            }
        }
        return "";
    }

    private static void fill(ObjectNode volume) {
        ObjectNode projected = volume.putObject("projected");
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", TOKEN_SECONDS)
                .put("path", "token");
        ObjectNode authority =
                sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        sources.addObject()
                .putObject("downwardAPI")
                .putArray("items")
                .addObject()
                .put("path", "namespace")
                .putObject("fieldRef")
                .put("apiVersion", "v1")
                .put("fieldPath", "metadata.namespace");
        projected.put("defaultMode", FILE_MODE);
    }

    private static ArrayNode array(ObjectNode object, String field) {
        return object.get(field) instanceof ArrayNode present ? present : object.putArray(field);
    }

    private String suffix() {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            suffix.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return suffix.toString();
    }
}
