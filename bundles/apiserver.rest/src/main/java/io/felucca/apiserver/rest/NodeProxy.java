package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Connects clients to what runs on nodes: logs, exec, attach, port-forward and the proxies. It
 * decides who may and where to; {@link NodeClient} carries the bytes. Thread-safe.
 */
final class NodeProxy implements AutoCloseable {
    /** As whom the server looks up where a pod runs: the client needs no right to read it. */
    private static final UserInfo SELF = UserInfo.of("system:apiserver", "system:masters");

    private static final int KUBELET_PORT = 10250;

    private final ApiServer server;
    private final NodeClient client;
    private final WorkerPool pool;

    NodeProxy(ApiServer server, NodeClient client, WorkerPool pool) {
        this.server = server;
        this.client = client;
        this.pool = pool;
    }

    /** Answers a call on a Connect subresource. */
    void connect(Call call, ResourceDefinition definition, Subresource part) {
        Verb verb = verb(call.exchange().method());
        if (call.path().name().isEmpty() || !part.verbs().contains(verb)) {
            throw Failures.methodNotAllowed();
        }
        call.about(definition, "connect");
        server.authorize(
                call.request(verb.name().toLowerCase(Locale.ROOT), ApiRequest.Options.DEFAULT));
        call.exchange()
                .body(BodyReader.MAX_BYTES)
                .whenComplete(
                        (body, failure) -> {
                            if (failure != null) {
                                call.fail(failure);
                            } else {
                                submit(call, part, body);
                            }
                        });
    }

    private void submit(Call call, Subresource part, byte[] body) {
        try {
            pool.submit(() -> open(call, part, body));
        } catch (RuntimeException e) {
            call.fail(e);
        }
    }

    private void open(Call call, Subresource part, byte[] body) {
        try {
            Optional<NodeTarget> target = target(call, part.name());
            if (target.isEmpty()) {
                call.respond(200, "text/plain", new byte[0]);
                return;
            }
            if (needsUpgrade(part.name())) {
                requireUpgrade(call);
            }
            client.open(call, target.get(), body);
        } catch (RuntimeException e) {
            call.fail(e);
        }
    }

    /** Empty where there is nothing to connect to yet and that is no failure. */
    private Optional<NodeTarget> target(Call call, String part) {
        if (part.equals("proxy")) {
            return Optional.of(proxyTarget(call));
        }
        JsonNode pod = read("pods", call.path().namespace(), call.path().name());
        String uri =
                switch (part) {
                    case "log" -> PodConnections.log(pod, call.query());
                    case "exec" -> PodConnections.exec(pod, call.query());
                    case "attach" -> PodConnections.attach(pod, call.query());
                    case "portforward" -> PodConnections.portForward(pod, call.query());
                    default -> throw Failures.noSuchResource();
                };
        String node = pod.at("/spec/nodeName").asText();
        if (node.isEmpty()) {
            if (part.equals("log")) {
                return Optional.empty();
            }
            throw ApiException.badRequest(
                    "pod " + call.path().name() + " does not have a host assigned");
        }
        return Optional.of(kubelet(node, uri));
    }

    private NodeTarget kubelet(String nodeName, String uri) {
        JsonNode node = read("nodes", "", nodeName);
        JsonNode port = node.at("/status/daemonEndpoints/kubeletEndpoint/Port");
        return NodeTarget.kubelet(address(node, nodeName), port.asInt(KUBELET_PORT), uri);
    }

    private static String address(JsonNode node, String name) {
        for (String type : List.of("InternalIP", "ExternalIP", "Hostname")) {
            for (JsonNode address : node.at("/status/addresses")) {
                if (address.path("type").asText().equals(type)) {
                    return address.path("address").asText();
                }
            }
        }
        throw ApiException.of(
                StatusReason.InternalError,
                "Internal error occurred: no preferred addresses found for node " + name);
    }

    private NodeTarget proxyTarget(Call call) {
        ProxyName name = ProxyName.parse(call.path().name());
        String rest = call.path().rest().isEmpty() ? "/" : call.path().rest();
        String query = call.exchange().rawQuery();
        String uri = query.isEmpty() ? rest : rest + "?" + query;
        // A pod must not get the credentials that its visitor has for the API.
        List<String> secret = List.of("authorization", "cookie");
        String resource = call.path().resource();
        if (resource.equals("nodes")) {
            return kubelet(name.name(), uri);
        }
        if (resource.equals("pods")) {
            JsonNode pod = read("pods", call.path().namespace(), name.name());
            String ip = pod.at("/status/podIP").asText();
            if (ip.isEmpty()) {
                throw ApiException.badRequest("address not allowed: pod has no address");
            }
            int port = name.portNumber().orElse(firstPort(pod));
            return new NodeTarget(ip, port, name.tls(), false, uri, secret);
        }
        JsonNode slices =
                list(
                        "discovery.k8s.io",
                        "endpointslices",
                        call.path().namespace(),
                        "kubernetes.io/service-name=" + name.name());
        JsonNode service = read("services", call.path().namespace(), name.name());
        ServiceEndpoint endpoint = ServiceEndpoint.choose(service, slices, name);
        return new NodeTarget(endpoint.host(), endpoint.port(), name.tls(), false, uri, secret);
    }

    private static int firstPort(JsonNode pod) {
        return pod.at("/spec/containers/0/ports/0/containerPort").asInt(80);
    }

    private JsonNode read(String resource, String namespace, String name) {
        GroupVersionResource of = new GroupVersionResource("", "v1", resource);
        return Json.parseObject(
                server.get(ApiRequest.of(SELF, "get", of, namespace, name), Optional.of("0"))
                        .json());
    }

    private JsonNode list(String group, String resource, String namespace, String selector) {
        GroupVersionResource of = new GroupVersionResource(group, "v1", resource);
        ListOptions options = new ListOptions(selector, "", "0", "", 0, "", false, false, 0);
        com.fasterxml.jackson.databind.node.ArrayNode items = Json.mapper().createArrayNode();
        server.list(ApiRequest.of(SELF, "list", of, namespace, ""), options)
                .items()
                .forEach(item -> items.add(Json.parseObject(item.json())));
        return items;
    }

    private static boolean needsUpgrade(String part) {
        return part.equals("exec") || part.equals("attach") || part.equals("portforward");
    }

    private static void requireUpgrade(Call call) {
        if (call.exchange().header("upgrade").isEmpty()
                || !call.exchange().protocol().equals("HTTP/1.1")) {
            throw ApiException.badRequest("Upgrade request required");
        }
    }

    private static Verb verb(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> Verb.GET;
            case "POST" -> Verb.CREATE;
            case "PUT" -> Verb.UPDATE;
            case "PATCH" -> Verb.PATCH;
            case "DELETE" -> Verb.DELETE;
            default -> throw Failures.methodNotAllowed();
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
