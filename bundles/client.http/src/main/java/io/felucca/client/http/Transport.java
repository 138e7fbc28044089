package io.felucca.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusReason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * HTTPS to one server with one client certificate. Calls share a connection by HTTP/2; a watch has
 * one of its own, so that a slow reader holds up nobody else. Thread-safe.
 */
final class Transport {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final int THREADS = 4;
    private static final int QUEUE = 1024;
    private static final Pattern WARNING = Pattern.compile("299 \\S+ \"((?:[^\"\\\\]|\\\\.)*)\".*");

    private final URI server;
    private final HttpClient client;

    /** When the queue is full the thread that brings the bytes does the work: it reads no more. */
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    THREADS,
                    THREADS,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(QUEUE),
                    Transport::thread,
                    new ThreadPoolExecutor.CallerRunsPolicy());

    Transport(Kubeconfig kubeconfig) throws GeneralSecurityException, IOException {
        this.server = kubeconfig.server();
        this.client =
                HttpClient.newBuilder()
                        .sslContext(tls(kubeconfig))
                        .connectTimeout(CONNECT_TIMEOUT)
                        .executor(threads)
                        .build();
    }

    /**
     * Sends a call and gives the answer's body.
     *
     * @param target path and query
     * @param type of the body; empty for none
     * @param warnings takes what the server warns of
     * @return fails with an {@link ApiException}: what the server said, or 503 when it is not there
     */
    CompletableFuture<byte[]> send(
            String method,
            String target,
            String accept,
            String type,
            byte[] body,
            List<String> warnings) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(target))
                        .timeout(ANSWER_TIMEOUT)
                        .header("Accept", accept)
                        .header("User-Agent", "felucca-node");
        if (type.isEmpty()) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", type).method(method, BodyPublishers.ofByteArray(body));
        }
        return client.sendAsync(request.build(), BodyHandlers.ofByteArray())
                .handle(
                        (response, failure) -> {
                            if (failure != null) {
                                throw unreachable(failure);
                            }
                            warnings(response, warnings);
                            if (response.statusCode() >= 400) {
                                throw refusal(response.statusCode(), response.body());
                            }
                            return response.body();
                        });
    }

    /** Opens a stream; the cursor hears of all that becomes of it. */
    void open(String target, RemoteCursor cursor) {
        HttpRequest request =
                HttpRequest.newBuilder(server.resolve(target))
                        .version(HttpClient.Version.HTTP_1_1)
                        .timeout(ANSWER_TIMEOUT)
                        .header("Accept", "application/json")
                        .header("User-Agent", "felucca-node")
                        .build();
        CompletableFuture<HttpResponse<byte[]>> response = client.sendAsync(request, cursor);
        cursor.opening(response);
        var unused =
                response.whenComplete(
                        (answer, failure) -> {
                            if (failure != null) {
                                cursor.failed(unreachable(failure));
                            } else if (answer.statusCode() != 200) {
                                cursor.failed(refusal(answer.statusCode(), answer.body()));
                            }
                        });
    }

    void close() {
        threads.shutdownNow();
    }

    private ApiException unreachable(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return ApiException.unavailable(
                "the API server at " + server + " does not answer: " + cause, 1);
    }

    /** What the server said, or what the code says when it was not one of ours that spoke. */
    private static ApiException refusal(int code, byte[] body) {
        try {
            JsonNode json = Json.mapper().readTree(body);
            if (json.path("kind").asText().equals("Status")) {
                return new ApiException(Status.fromJson(json));
            }
        } catch (IOException e) {
            // Not JSON: a proxy in between; the code and the text say what there is to say.
            return plainRefusal(code, body);
        }
        return plainRefusal(code, body);
    }

    private static ApiException plainRefusal(int code, byte[] body) {
        StatusReason reason = StatusReason.InternalError;
        for (StatusReason one : StatusReason.values()) {
            if (one.code() == code) {
                reason = one;
                break;
            }
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return new ApiException(new Status(code, reason, text.strip(), null));
    }

    private static void warnings(HttpResponse<byte[]> response, List<String> warnings) {
        for (String header : response.headers().allValues("warning")) {
            Matcher matcher = WARNING.matcher(header);
            if (matcher.matches()) {
                warnings.add(matcher.group(1).replaceAll("\\\\(.)", "$1"));
            }
        }
    }

    private static SSLContext tls(Kubeconfig kubeconfig)
            throws GeneralSecurityException, IOException {
        char[] password = new char[0];
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, password);
        own.setKeyEntry(
                "client",
                kubeconfig.client().key(),
                password,
                kubeconfig.client().chain().toArray(new Certificate[0]));
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, password);
        int number = 0;
        for (X509Certificate authority : Pem.certificates(kubeconfig.authorityPem())) {
            trusted.setCertificateEntry("authority" + number++, authority);
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Thread thread(Runnable task) {
        Thread thread = Executors.defaultThreadFactory().newThread(task);
        thread.setName("client-http");
        thread.setDaemon(true);
        return thread;
    }
}
