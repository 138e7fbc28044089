package io.felucca.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the configuration in one server: creates what is missing, puts right what must not be
 * changed, says of each FlowSchema whether its level is there, and hands on what there is. Looks at
 * all of it at each change, and every minute. All work is done on the executor, one thread; {@link
 * #close} may come from any.
 */
final class Keeper implements AutoCloseable {
    static final GroupVersionResource SCHEMAS = resource("flowschemas");
    static final GroupVersionResource LEVELS = resource("prioritylevelconfigurations");

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final UserInfo SERVER = UserInfo.of("system:apiserver", "system:masters");
    private static final int BATCH = 100;
    private static final long RETRY_MILLIS = 1000;
    private static final long RESYNC_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final ApiServer server;
    private final Clock clock;
    private final ScheduledExecutorService executor;
    private final BiConsumer<List<ObjectNode>, List<ObjectNode>> configuration;
    private volatile boolean closed;

    // The executor's, but for close.
    private volatile List<WatchCursor> cursors = List.of();
    private long look;

    /**
     * @param configuration is told of all schemas and levels
     */
    Keeper(
            ApiServer server,
            Clock clock,
            ScheduledExecutorService executor,
            BiConsumer<List<ObjectNode>, List<ObjectNode>> configuration) {
        this.server = server;
        this.clock = clock;
        this.executor = executor;
        this.configuration = configuration;
    }

    private static GroupVersionResource resource(String plural) {
        return new GroupVersionResource("flowcontrol.apiserver.k8s.io", "v1", plural);
    }

    void start() {
        hand(() -> later(0));
    }

    @Override
    public void close() {
        closed = true;
        cursors.forEach(WatchCursor::close);
    }

    /** A look that was planned before another one is not taken any more. */
    private void later(long delayMillis) {
        long mine = ++look;
        try {
            var unused =
                    executor.schedule(
                            () -> {
                                if (!closed && mine == look) {
                                    lookAfterAll();
                                }
                            },
                            delayMillis,
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The bundle is stopping.
            closed = true;
        }
    }

    private void lookAfterAll() {
        cursors.forEach(WatchCursor::close);
        cursors = List.of();
        try {
            // One list for all: what changes after it is seen by the watches that begin there.
            ObjectList levels = list(LEVELS);
            ObjectList schemas = list(SCHEMAS);
            List<ObjectNode> levelTrees = trees(levels);
            List<ObjectNode> schemaTrees = trees(schemas);
            boolean wroteLevels = ensure(LEVELS, levelTrees, Defaults.levels());
            boolean wroteSchemas = ensure(SCHEMAS, schemaTrees, Defaults.schemas());
            if (!wroteLevels && !wroteSchemas) {
                // Otherwise the watches bring what was written, at once.
                configuration.accept(schemaTrees, levelTrees);
                tellDangling(schemaTrees, names(levelTrees));
            }
            later(RESYNC_MILLIS);
            follow(levels, schemas);
        } catch (ApiException e) {
            // The group may not be served yet: its bundle starts after this one.
            LOG.debug("priority and fairness can't be read yet: {}", e.getMessage());
            later(RETRY_MILLIS);
        } catch (RuntimeException e) {
            LOG.error("priority and fairness could not be read; they will be read again", e);
            later(RESYNC_MILLIS);
        }
    }

    private ObjectList list(GroupVersionResource resource) {
        return server.list(ApiRequest.of(SERVER, "list", resource, "", ""), ListOptions.ALL);
    }

    private static List<ObjectNode> trees(ObjectList list) {
        return list.items().stream().map(item -> Json.parseObject(item.json())).toList();
    }

    private static Set<String> names(List<ObjectNode> objects) {
        return objects.stream().map(Keeper::name).collect(Collectors.toSet());
    }

    private static String name(ObjectNode object) {
        return object.path("metadata").path("name").asText();
    }

    private void follow(ObjectList levels, ObjectList schemas) {
        List<WatchCursor> open = new ArrayList<>();
        open.add(watch(LEVELS, levels.resourceVersion()));
        open.add(watch(SCHEMAS, schemas.resourceVersion()));
        cursors = open;
        open.forEach(this::await);
    }

    private WatchCursor watch(GroupVersionResource resource, long from) {
        ListOptions options =
                new ListOptions("", "", Long.toString(from), "", 0, "", false, false, 0);
        return server.watch(ApiRequest.of(SERVER, "watch", resource, "", ""), options);
    }

    /** What changed does not matter: all is looked at again. */
    private void await(WatchCursor cursor) {
        boolean isOld = !cursors.contains(cursor);
        if (closed || isOld) {
            cursor.close();
        } else if (!cursor.poll(BATCH).isEmpty()) {
            later(0);
        } else if (cursor.ended()) {
            later(RETRY_MILLIS);
        } else {
            cursor.onAvailable(() -> hand(() -> await(cursor)));
        }
    }

    private void hand(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            closed = true;
        }
    }

    /** Gives whether something was written, or was by somebody faster. */
    private boolean ensure(
            GroupVersionResource resource, List<ObjectNode> there, List<ObjectNode> wanted) {
        boolean wrote = false;
        Map<String, ObjectNode> present =
                there.stream().collect(Collectors.toMap(Keeper::name, one -> one));
        for (ObjectNode one : wanted) {
            ObjectNode existing = present.get(name(one));
            if (existing == null) {
                create(resource, one);
                wrote = true;
            } else if (isKept(existing) && !holds(existing.path("spec"), one.path("spec"))) {
                JsonNode spec = one.path("spec");
                modify(resource, name(one), object -> object.set("spec", spec.deepCopy()));
                wrote = true;
            }
        }
        return wrote;
    }

    /** Suggested ones are their users' where these say so, or have made them. */
    private static boolean isKept(ObjectNode existing) {
        String said =
                existing.path("metadata").path("annotations").path(Defaults.AUTO_UPDATE).asText();
        boolean isFreelyExempt =
                existing.path("spec").path("type").asText().equals("Exempt")
                        && name(existing).equals("exempt");
        return !isFreelyExempt && (Defaults.isMandatory(name(existing)) || said.equals("true"));
    }

    /** Whether all that is wanted is so; what the server filled in beside it does not matter. */
    private static boolean holds(JsonNode existing, JsonNode wanted) {
        if (wanted.isObject()) {
            return wanted.properties().stream()
                    .allMatch(field -> holds(existing.path(field.getKey()), field.getValue()));
        }
        if (!wanted.isArray()) {
            return existing.equals(wanted);
        }
        boolean all = existing.size() == wanted.size();
        for (int i = 0; all && i < wanted.size(); i++) {
            all = holds(existing.path(i), wanted.get(i));
        }
        return all;
    }

    private void create(GroupVersionResource resource, ObjectNode object) {
        try {
            server.create(ApiRequest.of(SERVER, "create", resource, "", name(object)), object)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            // Another server may have been faster, which is as good.
            refuseUnless(StatusReason.AlreadyExists, e);
        }
    }

    private void modify(GroupVersionResource resource, String name, Consumer<ObjectNode> change) {
        try {
            server.modify(
                            resource,
                            "",
                            name,
                            object -> {
                                change.accept(object);
                                return object;
                            })
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            // What has gone meanwhile is looked after at the next look.
            refuseUnless(StatusReason.NotFound, e);
        }
    }

    private static void refuseUnless(StatusReason expected, CompletionException e) {
        if (!(e.getCause() instanceof ApiException refusal)) {
            throw e;
        }
        if (refusal.reason() != expected) {
            throw refusal;
        }
    }

    private void tellDangling(List<ObjectNode> schemas, Set<String> levels) {
        for (ObjectNode schema : schemas) {
            String level = schema.at("/spec/priorityLevelConfiguration/name").asText();
            boolean dangles = !levels.contains(level);
            ObjectNode condition = Json.object().put("type", "Dangling");
            condition.put("status", dangles ? "True" : "False");
            condition.put("reason", dangles ? "NotFound" : "Found");
            condition.put(
                    "message",
                    "This FlowSchema references the PriorityLevelConfiguration object named \""
                            + level
                            + "\" "
                            + (dangles ? "but there is no such object" : "and it exists"));
            if (!holds(dangling(schema), condition)) {
                condition.put(
                        "lastTransitionTime",
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
                modify(SCHEMAS, name(schema), object -> setCondition(object, condition));
            }
        }
    }

    private static JsonNode dangling(ObjectNode schema) {
        for (JsonNode condition : schema.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Dangling")) {
                return condition;
            }
        }
        return Json.object();
    }

    private static void setCondition(ObjectNode schema, ObjectNode condition) {
        ArrayNode others = Json.mapper().createArrayNode();
        for (JsonNode one : schema.path("status").path("conditions")) {
            if (!one.path("type").asText().equals("Dangling")) {
                others.add(one);
            }
        }
        schema.withObject("/status").set("conditions", others.add(condition));
    }
}
