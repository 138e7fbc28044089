package io.felucca.apiserver.rest;

import jakarta.ws.rs.ext.RuntimeDelegate;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.extension.ExtensionManagerBus;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.jaxrs.impl.RuntimeDelegateImpl;
import org.apache.cxf.message.ExchangeImpl;
import org.apache.cxf.message.Message;
import org.apache.cxf.message.MessageImpl;

/**
 * Runs calls through CXF's JAX-RS, without servlets: each call becomes a message to the one
 * destination, and what CXF writes back becomes the call's answer. Thread-safe.
 */
final class JaxrsBridge implements AutoCloseable {
    private final Bus bus;
    private final Server server;
    private final BridgeTransport transport = new BridgeTransport();

    /**
     * @param resources the JAX-RS resource objects
     * @param providers JAX-RS providers and CXF context providers
     */
    JaxrsBridge(List<Object> resources, List<Object> providers) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // CXF finds its extensions through its own bundle, whichever thread starts this one.
        ClassLoader cxf = Bus.class.getClassLoader();
        thread.setContextClassLoader(cxf);
        try {
            RuntimeDelegate.setInstance(new RuntimeDelegateImpl());
            Map<Class<?>, Object> extensions = new HashMap<>();
            bus = new ExtensionManagerBus(extensions, new HashMap<>(), cxf);
            JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
            factory.setBus(bus);
            factory.setAddress("/");
            factory.setDestinationFactory(transport);
            factory.setServiceBeans(resources);
            factory.setProviders(providers);
            server = factory.create();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Has the call answered; blocks for what the resource does. The request's body is not read. */
    void dispatch(Call call) {
        Message message = new MessageImpl();
        ExchangeImpl exchange = new ExchangeImpl();
        exchange.setInMessage(message);
        exchange.setDestination(transport.destination());
        message.setExchange(exchange);
        String path = call.exchange().rawPath();
        message.put(Call.class, call);
        message.put(Message.HTTP_REQUEST_METHOD, call.exchange().method());
        message.put(Message.REQUEST_URI, path);
        message.put(Message.REQUEST_URL, path);
        message.put(Message.PATH_INFO, path);
        message.put(Message.BASE_PATH, "/");
        message.put(Message.QUERY_STRING, call.exchange().rawQuery());
        message.put(Message.ENDPOINT_ADDRESS, "/");
        // Negotiation is upstream's, by parameters that JAX-RS does not look at; see Call.
        message.put(Message.ACCEPT_CONTENT_TYPE, "*/*");
        message.put(Message.CONTENT_TYPE, "application/octet-stream");
        message.put(Message.PROTOCOL_HEADERS, new TreeMap<String, List<String>>());
        message.setContent(InputStream.class, InputStream.nullInputStream());
        try {
            transport.destination().getMessageObserver().onMessage(message);
        } catch (RuntimeException e) {
            call.fail(e);
        }
        call.requireAnswer();
    }

    @Override
    public void close() {
        server.destroy();
        bus.shutdown(true);
        RuntimeDelegate.setInstance(null);
    }
}
