package io.felucca.itests.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * What benchmarks prepare and clean up through the API, and the watches they open. Thread-safe.
 *
 * @param connection for single requests
 */
record Api(Endpoint endpoint, Connection connection) {
    private static final int IN_FLIGHT = 64;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * @param pid of the server's process, 0 if it is elsewhere
     */
    static Api connect(Path kubeconfig, long pid) throws IOException {
        Kubeconfig config = Kubeconfig.read(kubeconfig);
        Endpoint endpoint =
                new Endpoint(
                        new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()),
                        Tls.client(config),
                        config.server(),
                        new ServerProcess(pid));
        return new Api(endpoint, endpoint.connect(1).get(0));
    }

    /** JSON that is written with single quotes. */
    static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** Whatever the answer says. */
    Answer call(String method, String path, byte[] body) {
        Answer answer = new Answer();
        connection.send(method, path, body, answer);
        answer.await();
        return answer;
    }

    /** The answer, which must be one of success. */
    Answer send(String method, String path, byte[] body) {
        Answer answer = call(method, path, body);
        if (answer.await() / 100 != 2) {
            throw new IllegalStateException(
                    method + " " + path + ": " + answer.await() + " " + answer.text());
        }
        return answer;
    }

    JsonNode read(String path) {
        return parse(send("GET", path, null).text());
    }

    boolean exists(String path) {
        return call("GET", path, null).await() == 200;
    }

    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + text, e);
        }
    }

    /** The names of a collection's objects that start so. */
    List<String> names(String collection, String prefix) {
        List<String> names = new ArrayList<>();
        for (JsonNode item : read(collection).get("items")) {
            String name = item.at("/metadata/name").asText();
            if (name.startsWith(prefix)) {
                names.add(name);
            }
        }
        return names;
    }

    /**
     * Many requests as fast as they are answered, 64 of them always under way; all must succeed.
     */
    ClosedLoop.Period all(
            int count, String method, IntFunction<String> paths, IntFunction<byte[]> bodies) {
        if (count == 0) {
            return ClosedLoop.Period.NONE;
        }
        ClosedLoop.Period period =
                new ClosedLoop(endpoint, IN_FLIGHT, method, paths, bodies).run(count);
        if (period.failed() > 0) {
            throw new IllegalStateException(
                    period.failed() + " of " + count + " failed: " + method + " " + paths.apply(0));
        }
        return period;
    }

    /** Deletes at once, without the time that pods get to end. */
    void deleteAll(String collection, List<String> names) {
        all(
                names.size(),
                "DELETE",
                n -> collection + "/" + names.get(n) + "?gracePeriodSeconds=0",
                n -> null);
    }

    /** Makes a namespace and waits until pods can be created in it. */
    void makeNamespace(String name) {
        send("POST", "/api/v1/namespaces", json("{'metadata':{'name':'" + name + "'}}"));
        String account = "/api/v1/namespaces/" + name + "/serviceaccounts/default";
        await(60, "the service account of " + name, () -> exists(account));
    }

    /** Removes a namespace with its pods, if it is there. */
    void removeNamespace(String name) {
        String path = "/api/v1/namespaces/" + name;
        if (!exists(path)) {
            return;
        }
        deleteAll(path + "/pods", names(path + "/pods", ""));
        call("DELETE", path, null);
        await(60, "the end of namespace " + name, () -> !exists(path));
    }

    static void await(int seconds, String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited " + seconds + " s in vain for " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
