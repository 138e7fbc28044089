package io.felucca.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Quantity;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Claims and the storage they ask for, all together and by storage class. */
final class ClaimEvaluator implements Evaluator {
    private static final String CLAIMS = "persistentvolumeclaims";
    private static final String STORAGE = "requests.storage";
    private static final String OF_CLASS = ".storageclass.storage.k8s.io/";
    private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
    private static final Set<String> NAMES = Set.of(CLAIMS, Evaluators.COUNT + CLAIMS, STORAGE);

    @Override
    public boolean counts(String name) {
        return NAMES.contains(name)
                || name.endsWith(OF_CLASS + CLAIMS)
                || name.endsWith(OF_CLASS + STORAGE);
    }

    @Override
    public boolean watchesUpdates() {
        return true;
    }

    @Override
    public Amounts usage(JsonNode claim) {
        Map<String, Quantity> usage = new TreeMap<>();
        usage.put(CLAIMS, Evaluators.ONE);
        usage.put(Evaluators.COUNT + CLAIMS, Evaluators.ONE);
        Quantity storage = storage(claim);
        usage.put(STORAGE, storage);
        JsonNode annotation = claim.path("metadata").path("annotations").path(CLASS_ANNOTATION);
        String storageClass =
                annotation.isTextual()
                        ? annotation.asText()
                        : claim.path("spec").path("storageClassName").asText();
        if (!storageClass.isEmpty()) {
            usage.put(storageClass + OF_CLASS + CLAIMS, Evaluators.ONE);
            usage.put(storageClass + OF_CLASS + STORAGE, storage);
        }
        return new Amounts(usage);
    }

    /** A claim whose growth was given up still holds what it was given for it. */
    private static Quantity storage(JsonNode claim) {
        Quantity asked =
                Amounts.read(claim.path("spec").path("resources").path("requests")).get("storage");
        Quantity given =
                Amounts.read(claim.path("status").path("allocatedResources")).get("storage");
        return asked.compareTo(given) >= 0 ? asked : given;
    }

    @Override
    public boolean isIn(Scope scope, JsonNode claim) {
        if (!scope.name().equals("VolumeAttributesClass")) {
            return false;
        }
        String wanted = claim.path("spec").path("volumeAttributesClassName").asText();
        String current = claim.path("status").path("currentVolumeAttributesClassName").asText();
        // While it changes from one class to another, it counts in both.
        return scope.selects(wanted.isEmpty() ? null : wanted)
                || (!current.isEmpty() && scope.selects(current));
    }
}
