package io.felucca.apiserver.admission.podnodeselector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Adds the namespace's node selector, an annotation or else the cluster's, to each new pod, and
 * keeps pods within the namespace's whitelist. Off unless it has a configuration. Thread-safe.
 */
@Component(
        property = AdmissionPlugin.NAME + "=PodNodeSelector",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PodNodeSelector.Config.class)
public final class PodNodeSelector implements AdmissionPlugin {
    static final GroupVersionResource NAMESPACES = new GroupVersionResource("", "v1", "namespaces");

    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final String ANNOTATION = "scheduler.alpha.kubernetes.io/node-selector";

    private final Map<String, String> clusterDefault;
    private final Map<String, Map<String, String>> whitelists = new HashMap<>();

    /** Selectors are written {@code key=value,key=value}. */
    @ObjectClassDefinition(name = "Felucca admission PodNodeSelector")
    public @interface Config {
        /** For namespaces without the annotation. */
        String clusterDefaultNodeSelector() default "";

        /** What a namespace's pods may select at most: {@code namespace:key=value,key=value}. */
        String[] whitelists() default {};
    }

    @Activate
    public PodNodeSelector(Config config) {
        this(config.clusterDefaultNodeSelector(), config.whitelists());
    }

    PodNodeSelector(String clusterDefault, String... whitelists) {
        this.clusterDefault = parse("clusterDefaultNodeSelector", clusterDefault);
        for (String entry : whitelists) {
            int colon = entry.indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException(
                        "whitelists: \"" + entry + "\" must be namespace:key=value,key=value");
            }
            this.whitelists.put(
                    entry.substring(0, colon), parse("whitelists", entry.substring(colon + 1)));
        }
    }

    @Override
    public void mutate(Request request) {
        if (!request.is(PODS, Operation.CREATE)) {
            return;
        }
        Map<String, String> wanted = selectorOf(request);
        if (wanted.isEmpty()) {
            return;
        }
        ObjectNode own = request.object().withObject("/spec").withObject("/nodeSelector");
        wanted.forEach(
                (key, value) -> {
                    if (own.has(key) && !own.path(key).asText().equals(value)) {
                        throw request.forbidden(
                                "pod node label selector conflicts with its namespace node label"
                                        + " selector");
                    }
                    own.put(key, value);
                });
    }

    @Override
    public void validate(Request request) {
        Map<String, String> whitelist = whitelists.getOrDefault(request.namespace(), Map.of());
        if (!request.is(PODS, Operation.CREATE) || whitelist.isEmpty()) {
            return;
        }
        request.object()
                .path("spec")
                .path("nodeSelector")
                .properties()
                .forEach(
                        label -> {
                            if (!label.getValue().asText().equals(whitelist.get(label.getKey()))) {
                                throw request.forbidden(
                                        "pod node label selector labels conflict with its namespace"
                                                + " whitelist");
                            }
                        });
    }

    private Map<String, String> selectorOf(Request request) {
        ObjectNode namespace =
                request.server()
                        .get(NAMESPACES, "", request.namespace())
                        .map(StoredObject::json)
                        .map(Json::parseObject)
                        .orElseThrow(
                                () ->
                                        ApiException.notFound(
                                                NAMESPACES.groupResource(), request.namespace()));
        var annotation = namespace.path("metadata").path("annotations").path(ANNOTATION);
        return annotation.isMissingNode()
                ? clusterDefault
                : parse("annotation " + ANNOTATION, annotation.asText());
    }

    private static Map<String, String> parse(String where, String selector) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String part : selector.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                labels.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
            } else if (!part.isBlank()) {
                throw ApiException.badRequest(
                        where + ": \"" + part + "\" must be written key=value");
            }
        }
        return labels;
    }
}
