package io.felucca.apiserver.rest;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Logger;
import org.apache.cxf.Bus;
import org.apache.cxf.message.Message;
import org.apache.cxf.service.model.EndpointInfo;
import org.apache.cxf.transport.AbstractConduit;
import org.apache.cxf.transport.AbstractDestination;
import org.apache.cxf.transport.AbstractTransportFactory;
import org.apache.cxf.transport.Conduit;
import org.apache.cxf.transport.Destination;
import org.apache.cxf.transport.DestinationFactory;
import org.apache.cxf.ws.addressing.EndpointReferenceType;

/** CXF's view of the HTTP server: one destination, whose back channel answers calls. */
final class BridgeTransport extends AbstractTransportFactory implements DestinationFactory {
    /** A response header that becomes the Content-Type, for types whose names JAX-RS refuses. */
    static final String EXACT_TYPE = "Felucca-Content-Type";

    private static final Logger LOG = Logger.getLogger(BridgeTransport.class.getName());

    private volatile BridgeDestination destination;

    BridgeTransport() {
        super(List.of("http://felucca.io/transport/http"));
    }

    Destination destination() {
        return destination;
    }

    @Override
    public Destination getDestination(EndpointInfo endpoint, Bus bus) {
        destination = new BridgeDestination(bus, endpoint);
        return destination;
    }

    @Override
    public Set<String> getUriPrefixes() {
        return Set.of("/");
    }

    private static final class BridgeDestination extends AbstractDestination {
        BridgeDestination(Bus bus, EndpointInfo endpoint) {
            super(bus, getTargetReference(endpoint, bus), endpoint);
        }

        @Override
        protected Logger getLogger() {
            return LOG;
        }

        @Override
        protected Conduit getInbuiltBackChannel(Message request) {
            return new BackChannel(request.get(Call.class));
        }
    }

    /** Collects an answer, which is whole by the time CXF closes the message. */
    private static final class BackChannel extends AbstractConduit {
        private final Call call;

        BackChannel(Call call) {
            super(new EndpointReferenceType());
            this.call = call;
        }

        @Override
        protected Logger getLogger() {
            return LOG;
        }

        @Override
        public void prepare(Message message) {
            message.setContent(OutputStream.class, new ByteArrayOutputStream());
        }

        @Override
        public void close(Message message) {
            byte[] body =
                    message.getContent(OutputStream.class) instanceof ByteArrayOutputStream bytes
                            ? bytes.toByteArray()
                            : new byte[0];
            int status = message.get(Message.RESPONSE_CODE) instanceof Integer code ? code : 200;
            Map<String, String> headers = headers(message);
            String type = headers.getOrDefault("Content-Type", Representation.JSON);
            if (headers.containsKey(EXACT_TYPE)) {
                type = headers.remove(EXACT_TYPE);
                headers.remove("Content-Type");
            }
            if (body.length >= Gzip.MIN_BYTES && call.acceptsGzip()) {
                body = Gzip.compress(List.of(ByteBuffer.wrap(body)));
                headers.put("Content-Encoding", "gzip");
                headers.merge("Vary", "Accept-Encoding", (one, other) -> one + ", " + other);
            }
            call.respond(status, type, List.of(ByteBuffer.wrap(body)), headers);
        }

        private static Map<String, String> headers(Message message) {
            Map<String, String> headers = new LinkedHashMap<>();
            if (message.get(Message.PROTOCOL_HEADERS) instanceof Map<?, ?> all) {
                all.forEach(
                        (name, values) -> {
                            if (values instanceof List<?> list && !list.isEmpty()) {
                                headers.put(name.toString(), list.get(0).toString());
                            }
                        });
            }
            // Length and date are the HTTP server's to say.
            headers.remove("Content-Length");
            headers.remove("Date");
            return headers;
        }
    }
}
