package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** One address behind a Service, for a server that calls it without a service proxy. */
public record ServiceEndpoint(String host, int port) {

    /**
     * Any ready endpoint of a service's port.
     *
     * @param slices the service's EndpointSlices
     * @param port the service port's number or name; empty for the only one
     * @throws ApiException 503 without one
     */
    public static ServiceEndpoint choose(
            JsonNode service, Iterable<? extends JsonNode> slices, String port) {
        String portName = servicePort(service, port).path("name").asText("");
        List<ServiceEndpoint> ready = new ArrayList<>();
        for (JsonNode slice : slices) {
            for (JsonNode one : slice.path("ports")) {
                if (one.path("name").asText("").equals(portName)) {
                    collect(slice, one.path("port").asInt(), ready);
                }
            }
        }
        if (ready.isEmpty()) {
            throw ApiException.unavailable(
                    "no endpoints available for service \"" + name(service) + "\"", 0);
        }
        return ready.get(ThreadLocalRandom.current().nextInt(ready.size()));
    }

    private static String name(JsonNode service) {
        return service.at("/metadata/name").asText();
    }

    private static JsonNode servicePort(JsonNode service, String wanted) {
        JsonNode ports = service.at("/spec/ports");
        if (wanted.isEmpty() && ports.size() == 1) {
            return ports.get(0);
        }
        for (JsonNode port : ports) {
            boolean byName = port.path("name").asText("").equals(wanted);
            if (byName || port.path("port").asText().equals(wanted)) {
                return port;
            }
        }
        throw ApiException.unavailable(
                "no service port \"" + wanted + "\" found for service \"" + name(service) + "\"",
                0);
    }

    private static void collect(JsonNode slice, int port, List<ServiceEndpoint> ready) {
        for (JsonNode endpoint : slice.path("endpoints")) {
            if (endpoint.at("/conditions/ready").asBoolean(true)) {
                String address = endpoint.at("/addresses/0").asText();
                ready.add(new ServiceEndpoint(address, port));
            }
        }
    }
}
