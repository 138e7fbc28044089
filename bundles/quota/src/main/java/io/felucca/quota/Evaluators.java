package io.felucca.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.Quantity;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who counts what. */
final class Evaluators {
    static final String COUNT = "count/";
    static final Quantity ONE = Quantity.of(1);

    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");

    /** Names from before there was {@value #COUNT}. */
    private static final Set<String> OLD_NAMES =
            Set.of("configmaps", "resourcequotas", "replicationcontrollers", "secrets");

    private static final PodEvaluator POD = new PodEvaluator();
    private static final ServiceEvaluator SERVICE = new ServiceEvaluator();
    private static final ClaimEvaluator CLAIM = new ClaimEvaluator();

    private Evaluators() {}

    static Evaluator of(GroupResource resource) {
        if (!resource.group().isEmpty()) {
            return new ObjectCount(resource);
        }
        return switch (resource.resource()) {
            case "pods" -> POD;
            case "services" -> SERVICE;
            case "persistentvolumeclaims" -> CLAIM;
            default -> new ObjectCount(resource);
        };
    }

    static GroupResource countedUnder(String name) {
        if (POD.counts(name)) {
            return PODS;
        }
        if (SERVICE.counts(name)) {
            return SERVICES;
        }
        if (CLAIM.counts(name)) {
            return CLAIMS;
        }
        if (OLD_NAMES.contains(name)) {
            return new GroupResource("", name);
        }
        if (!name.startsWith(COUNT)) {
            return null;
        }
        String counted = name.substring(COUNT.length());
        int dot = counted.indexOf('.');
        return dot < 0
                ? new GroupResource("", counted)
                : new GroupResource(counted.substring(dot + 1), counted.substring(0, dot));
    }

    /** Counts objects, whatever they are. */
    private record ObjectCount(GroupResource resource) implements Evaluator {
        @Override
        public boolean counts(String name) {
            return name.equals(COUNT + resource) || isOldName(name);
        }

        private boolean isOldName(String name) {
            return resource.group().isEmpty()
                    && resource.resource().equals(name)
                    && OLD_NAMES.contains(name);
        }

        @Override
        public Amounts usage(JsonNode object) {
            Map<String, Quantity> usage = new TreeMap<>();
            usage.put(COUNT + resource, ONE);
            if (isOldName(resource.resource())) {
                usage.put(resource.resource(), ONE);
            }
            return new Amounts(usage);
        }
    }
}
