package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** One address of a service to proxy to. */
record ServiceEndpoint(String host, int port) {

    /** Any ready endpoint of the service's port that the name asks for; 503 without one. */
    static ServiceEndpoint choose(JsonNode service, JsonNode slices, ProxyName name) {
        JsonNode wanted = servicePort(service, name);
        String portName = wanted.path("name").asText("");
        List<ServiceEndpoint> ready = new ArrayList<>();
        for (JsonNode slice : slices) {
            for (JsonNode port : slice.path("ports")) {
                if (port.path("name").asText("").equals(portName)) {
                    collect(slice, port.path("port").asInt(), ready);
                }
            }
        }
        if (ready.isEmpty()) {
            throw ApiException.unavailable(
                    "no endpoints available for service \"" + name.name() + "\"", 0);
        }
        return ready.get(ThreadLocalRandom.current().nextInt(ready.size()));
    }

    private static JsonNode servicePort(JsonNode service, ProxyName name) {
        JsonNode ports = service.at("/spec/ports");
        if (name.port().isEmpty() && ports.size() == 1) {
            return ports.get(0);
        }
        for (JsonNode port : ports) {
            boolean byName = port.path("name").asText("").equals(name.port());
            if (byName || port.path("port").asText().equals(name.port())) {
                return port;
            }
        }
        throw ApiException.unavailable(
                "no service port \"" + name.port() + "\" found for service \"" + name.name() + "\"",
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
