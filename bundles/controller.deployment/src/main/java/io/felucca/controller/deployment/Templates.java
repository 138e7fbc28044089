package io.felucca.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.felucca.machinery.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which ReplicaSet belongs to which pod template. */
final class Templates {
    static final String HASH_LABEL = "pod-template-hash";

    /** Without vowels and look-alikes, so that no hash spells a word; upstream's alphabet. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int FNV_BASIS = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private Templates() {}

    /**
     * The set that was made from the deployment's template of now; the oldest if there are more.
     */
    static Optional<ReplicaSet> newest(Deployment deployment, List<ReplicaSet> sets) {
        JsonNode wanted = comparable(deployment.getSpec().getTemplate());
        return sets.stream()
                .filter(set -> comparable(set.getSpec().getTemplate()).equals(wanted))
                .min(
                        Comparator.comparing(
                                set -> set.getMetadata().getCreationTimestamp(),
                                Comparator.nullsLast(Comparator.naturalOrder())));
    }

    /** A short name for a template: FNV-1a over its JSON and the number of collisions so far. */
    static String hash(PodTemplateSpec template, Integer collisions) {
        int hash = FNV_BASIS;
        for (byte one : Json.bytes(comparable(template))) {
            hash = (hash ^ (one & 0xff)) * FNV_PRIME;
        }
        for (byte one :
                Integer.toString(collisions == null ? 0 : collisions)
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
            hash = (hash ^ (one & 0xff)) * FNV_PRIME;
        }
        StringBuilder safe = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            safe.append(ALPHABET.charAt(digit % ALPHABET.length()));
        }
        return safe.toString();
    }

    /** A template as it was before the hash was put on it. */
    private static JsonNode comparable(PodTemplateSpec template) {
        ObjectNode tree = Json.mapper().valueToTree(template);
        if (tree.at("/metadata/labels") instanceof ObjectNode labels) {
            labels.remove(HASH_LABEL);
        }
        return tree;
    }
}
