package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.ServiceEndpoint;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

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
            if (isProxyWithoutSlash(call, part)) {
                redirect(call);
                return;
            }
            admit(call, part);
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

    /** What is at the root there has links relative to it, which need the slash at the end. */
    private static boolean isProxyWithoutSlash(Call call, Subresource part) {
        String method = call.exchange().method();
        return part.name().equals("proxy")
                && call.path().rest().isEmpty()
                && (method.equals("GET") || method.equals("HEAD"))
                && call.exchange().header("upgrade").isEmpty();
    }

    private static void redirect(Call call) {
        String query = call.exchange().rawQuery();
        String location = call.exchange().rawPath() + "/" + (query.isEmpty() ? "" : "?" + query);
        call.respond(301, "text/plain", List.of(), Map.of("Location", location));
    }

    /** Reading a log is no connection, as upstream has it. */
    private void admit(Call call, Subresource part) {
        if (part.name().equals("log")) {
            return;
        }
        ObjectNode options = ConnectOptions.of(call, part);
        ObjectNode asked = options.deepCopy();
        server.admitConnection(call.request("connect", ApiRequest.Options.DEFAULT), options);
        if (!options.equals(asked)) {
            throw ApiException.of(
                    StatusReason.InternalError,
                    "Internal error occurred: admission changed the "
                            + part.kind().kind()
                            + " of the connection, which this server can't take over: let the"
                            + " webhook allow or refuse it");
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
        ProxyRoute route = ProxyRoute.of(call.exchange().rawPath(), call.path().rest());
        String resource = call.path().resource();
        if (resource.equals("nodes")) {
            return nodeTarget(name, uri, route);
        }
        if (resource.equals("pods")) {
            JsonNode pod = read("pods", call.path().namespace(), name.name());
            String ip = pod.at("/status/podIP").asText();
            return NodeTarget.proxied(proxyable(ip), podPort(pod, name), name.tls(), uri, route);
        }
        JsonNode slices =
                list(
                        "discovery.k8s.io",
                        "endpointslices",
                        call.path().namespace(),
                        "kubernetes.io/service-name=" + name.name());
        JsonNode service = read("services", call.path().namespace(), name.name());
        ServiceEndpoint endpoint = ServiceEndpoint.choose(service, slices, name.port());
        return NodeTarget.proxied(
                proxyable(endpoint.host()), endpoint.port(), name.tls(), uri, route);
    }

    /** The kubelet, by its port or by none; at any other port whoever listens on the node. */
    private NodeTarget nodeTarget(ProxyName name, String uri, ProxyRoute route) {
        NodeTarget kubelet = kubelet(name.name(), uri);
        OptionalInt port = name.portNumber();
        boolean isKubelet =
                name.port().isEmpty() || (port.isPresent() && port.getAsInt() == kubelet.port());
        if (isKubelet) {
            return new NodeTarget(kubelet.host(), kubelet.port(), true, true, uri, route, null);
        }
        int other =
                port.orElseThrow(
                        () ->
                                ApiException.badRequest(
                                        "the port of a node must be a number, not \""
                                                + name.port()
                                                + '"'));
        return NodeTarget.proxied(proxyable(kubelet.host()), other, name.tls(), uri, route);
    }

    /** Nobody reaches through this server what is only the server's own. */
    static String proxyable(String ip) {
        if (ip.isEmpty()) {
            throw ApiException.badRequest("address not allowed: there is no address");
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(ip);
        } catch (UnknownHostException e) {
            throw ApiException.badRequest("address not allowed: \"" + ip + "\" is no address");
        }
        if (address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isMulticastAddress()
                || address.isAnyLocalAddress()) {
            throw ApiException.badRequest("address not allowed");
        }
        return ip;
    }

    /** The port that is asked for, by number or name, or else the pod's first. */
    static int podPort(JsonNode pod, ProxyName name) {
        if (name.portNumber().isPresent()) {
            return name.portNumber().getAsInt();
        }
        for (JsonNode container : pod.at("/spec/containers")) {
            for (JsonNode port : container.path("ports")) {
                if (name.port().isEmpty() || port.path("name").asText().equals(name.port())) {
                    return port.path("containerPort").asInt();
                }
            }
        }
        if (!name.port().isEmpty()) {
            throw ApiException.badRequest(
                    "pod \"" + name.name() + "\" has no port \"" + name.port() + '"');
        }
        return name.tls() ? 443 : 80;
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
