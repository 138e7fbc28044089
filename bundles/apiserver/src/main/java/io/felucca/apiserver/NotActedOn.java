package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.NameRules;
import io.felucca.machinery.StatusReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves an event on an object that nobody acts on yet: who wrote it has seen a warning, who looks
 * at it later has not. There is one event for the same words about the same object, also after a
 * restart and with several servers: its name follows from both. It is counted up at most once an
 * hour. Thread-safe; the write that it follows does not wait for it.
 */
final class NotActedOn {
    static final GroupVersionResource EVENTS = new GroupVersionResource("", "v1", "events");

    private static final Logger LOG = LoggerFactory.getLogger(NotActedOn.class);
    private static final Duration AT_MOST_EACH = Duration.ofHours(1);
    private static final int REMEMBERED = 4096;

    private final Core core;
    private final Registry registry;

    /** When an event was written last, by its name; guarded by itself. */
    private final Map<String, Instant> told =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
                    return size() > REMEMBERED;
                }
            };

    NotActedOn(Core core, Registry registry) {
        this.core = core;
        this.registry = registry;
    }

    /** Follows a write of an object; the answer is the write's, whatever becomes of the event. */
    CompletionStage<StoredObject> after(Target target, CompletionStage<StoredObject> write) {
        return write.whenComplete(
                (object, failure) -> {
                    ApiRequest request = target.request();
                    // Whatever is not acted on has been warned of, so most writes end here.
                    if (object != null
                            && !request.warnings().isEmpty()
                            && !request.options().dryRun()
                            && request.subresource().isEmpty()) {
                        later(object.name(), () -> tell(target, Json.parseObject(object.json())));
                    }
                });
    }

    private void later(String name, Runnable task) {
        try {
            core.executor().execute(task);
        } catch (ApiException e) {
            // The server is being replaced: the object's next write leaves the event.
            lost(name, e);
        }
    }

    private void tell(Target target, ObjectNode object) {
        for (String message : target.definition().strategy().notActedOn(object)) {
            String name = name(object, message);
            if (isDue(name)) {
                write(name, target.definition().kind(), object, message);
            }
        }
    }

    private static String name(ObjectNode object, String message) {
        String uid = Meta.text(object, "uid");
        UUID same = UUID.nameUUIDFromBytes((uid + message).getBytes(StandardCharsets.UTF_8));
        String suffix = "." + Long.toHexString(same.getMostSignificantBits());
        String name = Meta.text(object, "name") + suffix;
        return NameRules.dnsSubdomain(name).isEmpty() ? name : uid + suffix;
    }

    private boolean isDue(String name) {
        Instant now = core.clock().instant();
        synchronized (told) {
            Instant last = told.get(name);
            if (last != null && last.isAfter(now.minus(AT_MOST_EACH))) {
                return false;
            }
            told.put(name, now);
            return true;
        }
    }

    private void write(String name, GroupVersionKind kind, ObjectNode about, String message) {
        String namespace = Meta.text(about, "namespace");
        String in = namespace.isEmpty() ? "default" : namespace;
        ApiRequest request = ApiRequest.of(Bootstrap.SERVER, "create", EVENTS, in, "");
        try {
            var unused =
                    registry.createUnauthorized(request, event(name, in, kind, about, message))
                            .whenComplete((done, failure) -> created(in, name, failure));
        } catch (ApiException e) {
            created(in, name, e);
        }
    }

    private void created(String namespace, String name, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof ApiException e && e.reason() == StatusReason.AlreadyExists) {
            later(name, () -> count(namespace, name));
        } else if (cause != null) {
            lost(name, cause);
        }
    }

    private void count(String namespace, String name) {
        try {
            var unused =
                    registry.modify(EVENTS, namespace, name, this::again)
                            .whenComplete(
                                    (done, failure) -> {
                                        if (failure != null) {
                                            lost(name, failure);
                                        }
                                    });
        } catch (ApiException e) {
            lost(name, e);
        }
    }

    private ObjectNode again(ObjectNode event) {
        return event.put("count", event.path("count").asInt() + 1)
                .put("lastTimestamp", Meta.now(core.clock()));
    }

    /** Its namespace may be going, or events may not be served: an event is advice. */
    private static void lost(String name, Throwable why) {
        LOG.debug("event {} not written: {}", name, why.getMessage());
    }

    private ObjectNode event(
            String name, String in, GroupVersionKind kind, ObjectNode about, String message) {
        String now = Meta.now(core.clock());
        ObjectNode event = Json.object();
        event.put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata").put("namespace", in).put("name", name);
        ObjectNode involved = event.putObject("involvedObject");
        involved.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        for (String field : new String[] {"namespace", "name", "uid", "resourceVersion"}) {
            if (!Meta.text(about, field).isEmpty()) {
                involved.put(field, Meta.text(about, field));
            }
        }
        event.put("type", "Warning").put("reason", "NotActedOn").put("message", message);
        event.put("firstTimestamp", now).put("lastTimestamp", now).put("count", 1);
        event.putObject("source").put("component", "kube-apiserver");
        return event.put("reportingComponent", "kube-apiserver").put("reportingInstance", "");
    }
}
