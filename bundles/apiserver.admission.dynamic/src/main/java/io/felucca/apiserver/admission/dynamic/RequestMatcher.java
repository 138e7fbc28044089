package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Resources;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.LabelSelector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which requests a webhook or a policy is for: the rules, the selectors and the match policy of
 * admissionregistration.k8s.io. Immutable.
 */
final class RequestMatcher {
    private static final String ANY = "*";
    private static final String NAMESPACES = "namespaces";
    private static final GroupVersionResource NAMESPACE =
            new GroupVersionResource("", "v1", NAMESPACES);

    /** Whoever could refuse changes of these could not be got rid of any more. */
    private static final Set<String> NEVER =
            Set.of(
                    "validatingwebhookconfigurations",
                    "mutatingwebhookconfigurations",
                    "validatingadmissionpolicies",
                    "validatingadmissionpolicybindings",
                    "mutatingadmissionpolicies",
                    "mutatingadmissionpolicybindings");

    private final List<Rule> rules;
    private final List<Rule> excluded;
    private final LabelSelector namespaces;
    private final LabelSelector objects;
    private final boolean equivalent;

    private record Rule(
            Set<String> operations,
            Set<String> groups,
            Set<String> versions,
            List<String> resources,
            Set<String> names,
            String scope) {

        static List<Rule> all(JsonNode list) {
            List<Rule> rules = new ArrayList<>();
            for (JsonNode rule : list) {
                rules.add(
                        new Rule(
                                texts(rule, "operations"),
                                texts(rule, "apiGroups"),
                                texts(rule, "apiVersions"),
                                List.copyOf(texts(rule, "resources")),
                                texts(rule, "resourceNames"),
                                rule.path("scope").asText(ANY)));
            }
            return List.copyOf(rules);
        }

        private static Set<String> texts(JsonNode rule, String field) {
            Set<String> texts = new HashSet<>();
            rule.path(field).forEach(text -> texts.add(text.asText()));
            return Set.copyOf(texts);
        }

        boolean fits(Request request, GroupVersionResource as) {
            return has(operations, request.operation().name())
                    && has(groups, as.group())
                    && has(versions, as.version())
                    && fitsScope(request)
                    && fitsResource(as.resource(), request.subresource())
                    && (names.isEmpty() || names.contains(request.name()));
        }

        private static boolean has(Set<String> allowed, String one) {
            return allowed.contains(one) || allowed.contains(ANY);
        }

        private boolean fitsScope(Request request) {
            boolean namespaced = !request.namespace().isEmpty() && !isNamespace(request);
            return switch (scope) {
                case "Namespaced" -> namespaced;
                case "Cluster" -> !namespaced;
                default -> true;
            };
        }

        private boolean fitsResource(String resource, String subresource) {
            for (String one : resources) {
                int slash = one.indexOf('/');
                String wanted = slash < 0 ? one : one.substring(0, slash);
                String part = slash < 0 ? "" : one.substring(slash + 1);
                if ((wanted.equals(ANY) || wanted.equals(resource))
                        && (part.equals(ANY) || part.equals(subresource))) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * The form in which a request's objects fit: their own, or that of another group or version.
     *
     * @param kind of the objects
     * @param from null if nothing is to be converted
     */
    record Form(
            GroupVersionResource resource,
            GroupVersionKind kind,
            ResourceDefinition from,
            ResourceDefinition to) {

        /** The object in this form; itself if that is its own. */
        ObjectNode of(ObjectNode object) {
            return object == null || from == null ? object : converted(object, from, to);
        }

        /** Back to the form that the request has. */
        ObjectNode back(ObjectNode object) {
            return object == null || from == null ? object : converted(object, to, from);
        }

        private static ObjectNode converted(
                ObjectNode object, ResourceDefinition from, ResourceDefinition to) {
            ObjectNode own = object.deepCopy();
            ObjectNode stored = from.converter() == null ? own : from.converter().toStored(own);
            return to.converter() == null ? stored : to.converter().fromStored(stored);
        }
    }

    private RequestMatcher(JsonNode criteria, JsonNode rules) {
        this.rules = Rule.all(rules);
        excluded = Rule.all(criteria.path("excludeResourceRules"));
        namespaces = selector(criteria.path("namespaceSelector"));
        objects = selector(criteria.path("objectSelector"));
        equivalent = !criteria.path("matchPolicy").asText("").equals("Exact");
    }

    /** A webhook; without rules it is for nothing. */
    static RequestMatcher ofWebhook(JsonNode webhook) {
        return new RequestMatcher(webhook, webhook.path("rules"));
    }

    /** A policy's or binding's MatchResources. */
    static RequestMatcher ofMatchResources(JsonNode resources) {
        return new RequestMatcher(resources, resources.path("resourceRules"));
    }

    private static LabelSelector selector(JsonNode selector) {
        return LabelSelector.fromJson(selector.isObject() ? selector : Json.object());
    }

    /** Whether a request is for the very configuration of admission, which nobody intercepts. */
    static boolean isExempt(Request request) {
        return request.resource().group().equals("admissionregistration.k8s.io")
                && NEVER.contains(request.resource().resource());
    }

    private static boolean isNamespace(Request request) {
        return request.resource().resource().equals(NAMESPACES)
                && request.resource().group().isEmpty();
    }

    /** As upstream: a namespace is in itself. */
    static String namespaceOf(Request request) {
        return isNamespace(request) ? request.name() : request.namespace();
    }

    /** The form in which the request fits the rules and the selectors; null if in none. */
    Form match(Request request) {
        Form form = form(request, rules);
        return form == null
                        || form(request, excluded) != null
                        || !fitsNamespace(request)
                        || !fitsObject(request)
                ? null
                : form;
    }

    /** The same of something without rules, which is for all that its selectors are for. */
    boolean matchesAny(Request request) {
        return rules.isEmpty()
                ? form(request, excluded) == null && fitsNamespace(request) && fitsObject(request)
                : match(request) != null;
    }

    private Form form(Request request, List<Rule> some) {
        if (some.isEmpty()) {
            return null;
        }
        if (fits(request, request.resource(), some)) {
            return new Form(request.resource(), request.kind(), null, null);
        }
        return equivalent ? otherForm(request, some) : null;
    }

    private static boolean fits(Request request, GroupVersionResource as, List<Rule> some) {
        for (Rule rule : some) {
            if (rule.fits(request, as)) {
                return true;
            }
        }
        return false;
    }

    /** Through another group or version in which the same objects are served. */
    private static Form otherForm(Request request, List<Rule> some) {
        ResourceDefinition own = null;
        List<ResourceDefinition> fitting = null;
        for (Resources.Group group : request.server().resources().groups()) {
            for (ResourceDefinition one : group.resources()) {
                if (one.resource().equals(request.resource())) {
                    own = one;
                } else if (!one.isVirtual() && fits(request, one.resource(), some)) {
                    fitting = fitting == null ? new ArrayList<>() : fitting;
                    fitting.add(one);
                }
            }
        }
        if (own == null || fitting == null) {
            return null;
        }
        for (ResourceDefinition one : fitting) {
            if (one.stored().equals(own.stored())) {
                // A subresource of a kind of its own, such as a Scale, is the same in all forms.
                boolean whole = request.kind().equals(own.kind());
                return whole
                        ? new Form(one.resource(), one.kind(), own, one)
                        : new Form(one.resource(), request.kind(), null, null);
            }
        }
        return null;
    }

    private boolean fitsNamespace(Request request) {
        if (namespaces.isEverything()) {
            return true;
        }
        boolean ofNamespace = isNamespace(request);
        if (request.namespace().isEmpty() && !ofNamespace) {
            return true;
        }
        boolean inRequest =
                ofNamespace
                        && request.subresource().isEmpty()
                        && (request.operation() == Operation.CREATE
                                || request.operation() == Operation.UPDATE);
        if (inRequest) {
            return namespaces.matches(labels(request.object()));
        }
        String name = ofNamespace ? request.name() : request.namespace();
        return namespaces.matches(
                request.server()
                        .get(NAMESPACE, "", name)
                        .orElseThrow(() -> ApiException.notFound(NAMESPACE.groupResource(), name))
                        .labels());
    }

    private boolean fitsObject(Request request) {
        return objects.isEverything()
                || (request.object() != null && objects.matches(labels(request.object())))
                || (request.old() != null && objects.matches(labels(request.old())));
    }

    private static Map<String, String> labels(ObjectNode object) {
        Map<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, JsonNode> label :
                object.path("metadata").path("labels").properties()) {
            labels.put(label.getKey(), label.getValue().asText());
        }
        return labels;
    }
}
