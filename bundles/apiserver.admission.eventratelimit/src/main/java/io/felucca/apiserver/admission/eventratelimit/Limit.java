package io.felucca.apiserver.admission.eventratelimit;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One limit: a bucket for each key that its type makes of an event. The keys used last have theirs;
 * one that was forgotten begins with a full one. Thread-safe.
 */
final class Limit {
    private static final int DEFAULT_CACHE_SIZE = 4096;
    private static final Pattern WRITTEN =
            Pattern.compile("(\\w+):qps=(\\d{1,9}),burst=(\\d{1,9})(?:,cacheSize=(\\d{1,9}))?");

    /** What shares a bucket, under upstream's names. */
    enum Type {
        Server,
        Namespace,
        User,
        SourceAndObject
    }

    private final Type type;
    private final int qps;
    private final int burst;
    private final Map<String, TokenBucket> buckets;

    private Limit(Type type, int qps, int burst, int cacheSize) {
        this.type = type;
        this.qps = qps;
        this.burst = burst;
        this.buckets =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
                        return size() > cacheSize;
                    }
                };
    }

    /**
     * Reads {@code Type:qps=N,burst=N} or {@code Type:qps=N,burst=N,cacheSize=N}.
     *
     * @throws IllegalArgumentException says what is wrong with it
     */
    static Limit parse(String written) {
        Matcher parts = WRITTEN.matcher(written.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "limits: \"" + written + "\" must be Type:qps=N,burst=N,cacheSize=N");
        }
        int cacheSize = parts.group(4) == null ? 0 : Integer.parseInt(parts.group(4));
        int qps = Integer.parseInt(parts.group(2));
        int burst = Integer.parseInt(parts.group(3));
        if (qps == 0 || burst == 0) {
            throw new IllegalArgumentException(
                    "limits: qps and burst of \"" + written + "\" must be greater than 0");
        }
        return new Limit(
                type(parts.group(1), written),
                qps,
                burst,
                cacheSize == 0 ? DEFAULT_CACHE_SIZE : cacheSize);
    }

    private static Type type(String name, String written) {
        for (Type type : Type.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "limits: the type of \"" + written + "\" must be one of " + List.of(Type.values()));
    }

    /** Counts the event; gives why it is too many, or null. */
    synchronized String count(Request request, long nowMillis) {
        String key = key(request);
        TokenBucket bucket =
                buckets.computeIfAbsent(key, fresh -> new TokenBucket(qps, burst, nowMillis));
        return bucket.take(nowMillis) ? null : "limit reached on type " + type + " for key " + key;
    }

    private String key(Request request) {
        return switch (type) {
            case Server -> "";
            case Namespace -> request.namespace();
            case User -> request.user().name();
            case SourceAndObject -> sourceAndObject(request);
        };
    }

    /** Of both forms of an event: core's and that of events.k8s.io. */
    private static String sourceAndObject(Request request) {
        JsonNode event = request.object();
        JsonNode source =
                event.has("source") ? event.path("source") : event.path("deprecatedSource");
        JsonNode object =
                event.has("involvedObject")
                        ? event.path("involvedObject")
                        : event.path("regarding");
        return List.of(
                        source.path("component"),
                        source.path("host"),
                        object.path("kind"),
                        object.path("namespace"),
                        object.path("name"),
                        object.path("uid"),
                        object.path("apiVersion"))
                .stream()
                .map(part -> part.asText(""))
                .collect(Collectors.joining());
    }
}
