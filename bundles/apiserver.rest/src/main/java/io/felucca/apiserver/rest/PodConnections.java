package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.ApiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a request about a pod to the kubelet's own path and query. Pure functions. */
final class PodConnections {
    private static final List<String> LOG_OPTIONS =
            List.of(
                    "follow",
                    "previous",
                    "timestamps",
                    "sinceSeconds",
                    "sinceTime",
                    "tailLines",
                    "limitBytes",
                    "stream");

    /** The kubelet calls the streams by other names than the API does. */
    private static final Map<String, String> STREAMS = streams();

    private PodConnections() {}

    private static Map<String, String> streams() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("stdin", "input");
        names.put("stdout", "output");
        names.put("stderr", "error");
        names.put("tty", "tty");
        return names;
    }

    static String log(JsonNode pod, Query query) {
        if (query.has("sinceSeconds") && query.has("sinceTime")) {
            throw ApiException.badRequest(
                    "at most one of `sinceTime` or `sinceSeconds` may be specified");
        }
        List<String> pairs = new ArrayList<>();
        for (String option : LOG_OPTIONS) {
            if (query.has(option)) {
                pairs.add(option + "=" + encode(query.text(option)));
            }
        }
        return uri("containerLogs", pod, container(pod, query.text("container")), pairs);
    }

    static String exec(JsonNode pod, Query query) {
        if (query.texts("command").isEmpty()) {
            throw ApiException.badRequest("you must specify at least one command for the exec");
        }
        List<String> pairs = streamPairs(query);
        query.texts("command").forEach(word -> pairs.add("command=" + encode(word)));
        return uri("exec", pod, container(pod, query.text("container")), pairs);
    }

    static String attach(JsonNode pod, Query query) {
        return uri("attach", pod, container(pod, query.text("container")), streamPairs(query));
    }

    static String portForward(JsonNode pod, Query query) {
        List<String> pairs = new ArrayList<>();
        for (String ports : query.texts("ports")) {
            pairs.add("port=" + encode(ports));
        }
        return uri("portForward", pod, "", pairs);
    }

    private static List<String> streamPairs(Query query) {
        List<String> pairs = new ArrayList<>();
        STREAMS.forEach(
                (ours, theirs) -> {
                    if (query.flag(ours)) {
                        pairs.add(theirs + "=1");
                    }
                });
        boolean some = query.flag("stdin") || query.flag("stdout") || query.flag("stderr");
        if (!some) {
            throw ApiException.badRequest("you must specify at least 1 of stdin, stdout, stderr");
        }
        if (query.flag("tty") && query.flag("stderr")) {
            throw ApiException.badRequest("tty and stderr cannot both be true");
        }
        return pairs;
    }

    /** The container asked for, or the only one. */
    static String container(JsonNode pod, String asked) {
        List<String> main = names(pod, "containers");
        List<String> init = names(pod, "initContainers");
        List<String> ephemeral = names(pod, "ephemeralContainers");
        String podName = pod.at("/metadata/name").asText();
        if (!asked.isEmpty()) {
            if (!main.contains(asked) && !init.contains(asked) && !ephemeral.contains(asked)) {
                throw ApiException.badRequest(
                        "container " + asked + " is not valid for pod " + podName);
            }
            return asked;
        }
        if (main.size() == 1) {
            return main.get(0);
        }
        String message =
                "a container name must be specified for pod "
                        + podName
                        + ", choose one of: "
                        + words(main);
        if (!init.isEmpty()) {
            message += " or one of the init containers: " + words(init);
        }
        throw ApiException.badRequest(message);
    }

    private static String uri(
            String verb, JsonNode pod, String container, List<String> queryPairs) {
        StringBuilder uri = new StringBuilder("/").append(verb);
        uri.append('/').append(pod.at("/metadata/namespace").asText());
        uri.append('/').append(pod.at("/metadata/name").asText());
        if (!container.isEmpty()) {
            uri.append('/').append(container);
        }
        if (!queryPairs.isEmpty()) {
            uri.append('?').append(String.join("&", queryPairs));
        }
        return uri.toString();
    }

    private static List<String> names(JsonNode pod, String kind) {
        List<String> names = new ArrayList<>();
        pod.path("spec").path(kind).forEach(one -> names.add(one.path("name").asText()));
        return names;
    }

    private static String words(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
