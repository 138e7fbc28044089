package io.felucca.apiserver.rest;

import jakarta.ws.rs.ext.RuntimeDelegate;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
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
 * destination, and what CXF writes back becomes the call's answer. CXF takes a while to start,
 * which only the calls that need it wait for. Thread-safe.
 */
final class JaxrsBridge implements AutoCloseable {
    private final BridgeTransport transport = new BridgeTransport();
    private final CompletableFuture<Running> running;

    private record Running(Bus bus, Server server, RuntimeDelegate delegate) {
        void end() {
            server.destroy();
            bus.shutdown(true);
            // The next one may have set its own by now.
            if (RuntimeDelegate.getInstance() == delegate) {
                RuntimeDelegate.setInstance(null);
            }
        }
    }

    /**
     * @param resources the JAX-RS resource objects
     * @param providers JAX-RS providers and CXF context providers
     * @param executor starts CXF
     */
    JaxrsBridge(List<Object> resources, List<Object> providers, Executor executor) {
        running = CompletableFuture.supplyAsync(() -> start(resources, providers), executor);
    }

    private Running start(List<Object> resources, List<Object> providers) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // CXF finds its extensions through its own bundle, whichever thread starts this one.
        ClassLoader cxf = Bus.class.getClassLoader();
        thread.setContextClassLoader(cxf);
        try {
            RuntimeDelegate delegate = new RuntimeDelegateImpl();
            RuntimeDelegate.setInstance(delegate);
            Bus bus = new ExtensionManagerBus(new HashMap<>(), new HashMap<>(), cxf);
            JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
            factory.setBus(bus);
            factory.setAddress("/");
            factory.setDestinationFactory(transport);
            factory.setServiceBeans(resources);
            factory.setProviders(providers);
            return new Running(bus, factory.create(), delegate);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * Has the call answered; blocks for CXF's start and for what the resource does. The request's
     * body is not read.
     */
    void dispatch(Call call) {
        try {
            Running unused = running.join();
            transport.destination().getMessageObserver().onMessage(message(call));
        } catch (CompletionException e) {
            call.fail(e.getCause());
        } catch (RuntimeException e) {
            call.fail(e);
        }
        call.requireAnswer();
    }

    private Message message(Call call) {
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
        return message;
    }

    @Override
    public void close() {
        CompletableFuture<Void> unused = running.thenAccept(Running::end);
    }
}
