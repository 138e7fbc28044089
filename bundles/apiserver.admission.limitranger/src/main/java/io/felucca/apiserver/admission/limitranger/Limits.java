package io.felucca.apiserver.admission.limitranger;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.Quantity;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One item of a LimitRange: bounds for each Container, Pod or PersistentVolumeClaim.
 *
 * @param item the item's JSON
 * @param problems takes what is wrong, in upstream's words
 */
record Limits(JsonNode item, List<String> problems) {

    void checkPod(JsonNode pod) {
        JsonNode spec = pod.path("spec");
        switch (type()) {
            case "Container" -> {
                spec.path("containers").forEach(this::checkContainer);
                spec.path("initContainers").forEach(this::checkContainer);
            }
            case "Pod" ->
                    check(PodAmounts.of(spec, "requests"), PodAmounts.of(spec, "limits"), true);
            default -> {
                // Bounds of something else.
            }
        }
    }

    void checkClaim(JsonNode claim) {
        if (type().equals("PersistentVolumeClaim")) {
            JsonNode requests = claim.path("spec").path("resources").path("requests");
            check(PodAmounts.read(requests), Map.of(), false);
        }
    }

    private String type() {
        return item.path("type").asText();
    }

    private void checkContainer(JsonNode container) {
        JsonNode resources = container.path("resources");
        check(
                PodAmounts.read(resources.path("requests")),
                PodAmounts.read(resources.path("limits")),
                true);
    }

    /**
     * @param limited whether there are limits, to which a maximum then applies first of all
     */
    private void check(
            Map<String, Quantity> requests, Map<String, Quantity> limits, boolean limited) {
        PodAmounts.read(item.path("min"))
                .forEach(
                        (name, bound) ->
                                minimum(name, bound, requests.get(name), limits.get(name)));
        PodAmounts.read(item.path("max"))
                .forEach(
                        (name, bound) ->
                                maximum(
                                        name,
                                        bound,
                                        requests.get(name),
                                        limits.get(name),
                                        limited));
        PodAmounts.read(item.path("maxLimitRequestRatio"))
                .forEach((name, bound) -> ratio(name, bound, requests.get(name), limits.get(name)));
    }

    private void minimum(String resource, Quantity bound, Quantity request, Quantity limit) {
        String bounds = "minimum " + usage(resource) + " is " + bound;
        if (request == null) {
            problems.add(bounds + ".  No request is specified");
        } else if (request.compareTo(bound) < 0) {
            problems.add(bounds + ", but request is " + request);
        } else if (limit != null && limit.compareTo(bound) < 0) {
            problems.add(bounds + ", but limit is " + limit);
        }
    }

    private void maximum(
            String resource, Quantity bound, Quantity request, Quantity limit, boolean limited) {
        String bounds = "maximum " + usage(resource) + " is " + bound;
        if (limited && limit == null) {
            problems.add(bounds + ".  No limit is specified");
        } else if (limit != null && limit.compareTo(bound) > 0) {
            problems.add(bounds + ", but limit is " + limit);
        } else if (!limited && request == null) {
            problems.add(bounds + ".  No request is specified");
        } else if (request != null && request.compareTo(bound) > 0) {
            problems.add(bounds + ", but request is " + request);
        }
    }

    private void ratio(String resource, Quantity bound, Quantity request, Quantity limit) {
        String bounds =
                resource + " max limit to request ratio per " + type() + " is " + bound + ", but ";
        if (request == null || request.signum() == 0) {
            problems.add(bounds + "no request is specified or request is 0");
        } else if (limit == null || limit.signum() == 0) {
            problems.add(bounds + "no limit is specified or limit is 0");
        } else {
            var ratio = limit.amount().divide(request.amount(), MathContext.DECIMAL64);
            if (ratio.compareTo(bound.amount()) > 0) {
                problems.add(
                        bounds
                                + String.format(
                                        Locale.ROOT, "provided ratio is %f", ratio.doubleValue()));
            }
        }
    }

    private String usage(String resource) {
        return resource + " usage per " + type();
    }
}
