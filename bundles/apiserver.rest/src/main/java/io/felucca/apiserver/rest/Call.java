package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.Auditor;
import io.felucca.apiserver.api.FlowControl;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.ResponseStream;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One HTTP request on its way through the REST surface: what was asked, by whom, and the one place
 * where it is answered. Answering is thread-safe; a second answer is dropped.
 */
final class Call {
    /** Upstream bounds what warnings may take of a response's head. */
    private static final int MAX_WARNING_CHARS = 4 * 1024;

    private static final byte[] NOTHING = {};

    private final HttpExchange exchange;
    private final String id;
    private final RequestPath path;
    private final Query query;
    private final UserInfo user;
    private final RequestMetrics.InFlight inFlight;
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile Auditor.Trail trail = Auditor.NO_TRAIL;
    private volatile FlowControl.Ticket ticket;

    Call(
            HttpExchange exchange,
            String id,
            RequestPath path,
            Query query,
            UserInfo user,
            RequestMetrics.InFlight inFlight) {
        this.exchange = exchange;
        this.id = id;
        this.path = path;
        this.query = query;
        this.user = user;
        this.inFlight = inFlight;
    }

    HttpExchange exchange() {
        return exchange;
    }

    RequestPath path() {
        return path;
    }

    Query query() {
        return query;
    }

    UserInfo user() {
        return user;
    }

    String id() {
        return id;
    }

    List<String> warnings() {
        return warnings;
    }

    RequestMetrics.InFlight inFlight() {
        return inFlight;
    }

    String userAgent() {
        return exchange.header("user-agent").orElse("");
    }

    /** Of a document that is no object of a resource, such as discovery. */
    Representation representation() {
        return Representation.negotiate(exchange.headers("accept"), () -> false);
    }

    Representation representation(ResourceDefinition definition) {
        return Representation.negotiate(
                exchange.headers("accept"),
                () ->
                        Encodings.PROTOBUF.knows(
                                definition.kind().apiVersion(), definition.kind().kind()));
    }

    boolean acceptsGzip() {
        for (String header : exchange.headers("accept-encoding")) {
            for (MediaType coding : MediaType.parseAccept(List.of(header))) {
                if (coding.type().equals("gzip")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Humans with a browser or curl get line breaks, as upstream gives them. */
    boolean wantsPretty() {
        if (query.has("pretty")) {
            return query.flag("pretty");
        }
        String agent = userAgent();
        return agent.startsWith("curl")
                || agent.startsWith("Wget")
                || agent.startsWith("Mozilla/5.0");
    }

    /** Who keeps a record of this; before anything is done about it. */
    void recordedBy(Auditor.Trail record) {
        trail = record;
    }

    /** Its place among all calls, which it has until it is answered. */
    void admittedBy(FlowControl.Ticket place) {
        ticket = place;
        exchange.onClose(
                () -> {
                    place.done();
                    inFlight.left();
                });
    }

    /** What is left to do takes nobody's time, such as waiting for events. */
    void givesItsPlaceBack() {
        FlowControl.Ticket place = ticket;
        if (place != null) {
            place.done();
        }
    }

    /** What was sent, once it is known to be JSON. */
    void sent(byte[] json) {
        inFlight.received(json.length);
        if (trail.keepsRequest()) {
            trail.request(json);
        }
    }

    ApiRequest request(String verb, ApiRequest.Options options) {
        return new ApiRequest(
                user,
                verb,
                path.groupVersionResource(),
                path.subresource(),
                path.namespace(),
                path.name(),
                options,
                warnings,
                trail::decided,
                trail::annotate);
    }

    /** Says what the call turned out to be about, for the metrics. */
    void about(ResourceDefinition definition, String verb) {
        inFlight.about(definition, path, verb);
    }

    void respond(int status, String contentType, byte[] body) {
        respond(status, contentType, List.of(ByteBuffer.wrap(body)), Map.of());
    }

    /** Compressed if it is long and the client takes that. */
    void respondWhole(int status, String contentType, byte[] body) {
        if (body.length >= Gzip.MIN_BYTES && acceptsGzip()) {
            respond(
                    status,
                    contentType,
                    List.of(ByteBuffer.wrap(Gzip.compress(List.of(ByteBuffer.wrap(body))))),
                    Map.of("Content-Encoding", "gzip", "Vary", "Accept-Encoding"));
        } else {
            respond(status, contentType, body);
        }
    }

    void respond(int status, String contentType, List<ByteBuffer> body, Map<String, String> extra) {
        if (answered.compareAndSet(false, true)) {
            inFlight.answered(status, size(body));
            exchange.respond(status, head(contentType, extra), body);
            trail.complete(
                    status, trail.keepsResponse() ? json(contentType, body, extra) : NOTHING);
        }
    }

    private static long size(List<ByteBuffer> body) {
        long bytes = 0;
        for (ByteBuffer part : body) {
            bytes += part.remaining();
        }
        return bytes;
    }

    /** The answer as the audit keeps it. */
    private static byte[] json(
            String contentType, List<ByteBuffer> body, Map<String, String> extra) {
        boolean protobuf = contentType.equals(Representation.PROTOBUF);
        if (!protobuf && !contentType.startsWith(Representation.JSON)) {
            return NOTHING;
        }
        byte[] whole = whole(body);
        byte[] plain = extra.containsKey("Content-Encoding") ? Gzip.decompress(whole) : whole;
        return protobuf ? Json.bytes(BodyReader.PROTOBUF.read(plain)) : plain;
    }

    /** The body was sent as the same buffers, whose places have moved on since. */
    private static byte[] whole(List<ByteBuffer> body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer part : body) {
            ByteBuffer again = part.duplicate().rewind();
            while (again.hasRemaining()) {
                all.write(again.get());
            }
        }
        return all.toByteArray();
    }

    private void recordStream(int status) {
        if (trail != Auditor.NO_TRAIL) {
            trail.started(status);
            exchange.onClose(() -> trail.complete(status, NOTHING));
        }
    }

    /** Null when the call was answered already. */
    ResponseStream stream(String contentType, Map<String, String> extra) {
        return stream(200, contentType, extra);
    }

    /** Null when the call was answered already. */
    ResponseStream stream(int status, String contentType, Map<String, String> extra) {
        if (!answered.compareAndSet(false, true)) {
            return null;
        }
        inFlight.answered(status);
        recordStream(status);
        return exchange.stream(status, head(contentType, extra));
    }

    /** Says that {@link #exchange} is answered by somebody else from here on. */
    boolean takeOver(int status) {
        if (!answered.compareAndSet(false, true)) {
            return false;
        }
        inFlight.answered(status);
        recordStream(status);
        return true;
    }

    /** Does a part of the work, whose failure is the answer. */
    void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | StackOverflowError e) {
            fail(e);
        }
    }

    /** For after the work that should have answered: nobody waits for nothing. */
    void requireAnswer() {
        if (!answered.get()) {
            fail(new IllegalStateException("nothing answered"));
        }
    }

    /** Answers with a Status, whatever went wrong. */
    void fail(Throwable failure) {
        Status status = Failures.toStatus(failure, this);
        Map<String, String> extra = new LinkedHashMap<>();
        if (status.details() != null && status.details().retryAfterSeconds() > 0) {
            extra.put("Retry-After", Integer.toString(status.details().retryAfterSeconds()));
        }
        if (status.code() == 401) {
            extra.put("WWW-Authenticate", "Bearer realm=\"felucca\"");
        }
        Representation.Encoding encoding =
                Representation.encodingOfFailure(exchange.headers("accept"));
        byte[] body = Encodings.bytes(encoding, status.toJson());
        respond(status.code(), encoding.mediaType(), List.of(ByteBuffer.wrap(body)), extra);
    }

    private Map<String, String> head(String contentType, Map<String, String> extra) {
        Map<String, String> head = new LinkedHashMap<>();
        head.put("Audit-Id", id);
        head.put("Cache-Control", "no-cache, private");
        head.put("Content-Type", contentType);
        FlowControl.Ticket place = ticket;
        if (place != null && !place.flowSchemaUid().isEmpty()) {
            head.put("X-Kubernetes-PF-FlowSchema-UID", place.flowSchemaUid());
            head.put("X-Kubernetes-PF-PriorityLevel-UID", place.priorityLevelUid());
        }
        if (!warnings.isEmpty()) {
            head.put("Warning", warningHeader());
        }
        head.putAll(extra);
        return head;
    }

    /** One line for each warning, which the server sends as a header each. */
    private String warningHeader() {
        StringBuilder lines = new StringBuilder();
        for (String warning : warnings.stream().distinct().toList()) {
            if (lines.length() + warning.length() > MAX_WARNING_CHARS) {
                break;
            }
            lines.append(lines.length() == 0 ? "" : "\n")
                    .append("299 - \"")
                    .append(headerText(warning))
                    .append('"');
        }
        return lines.toString();
    }

    private static String headerText(String text) {
        String printable = text.replaceAll("\\p{Cntrl}+", " ");
        String utf8 =
                new String(printable.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return utf8.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
