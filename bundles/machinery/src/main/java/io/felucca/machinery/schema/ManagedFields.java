package io.felucca.machinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusCause;
import io.felucca.machinery.StatusReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who manages which fields ({@code metadata.managedFields}), and server-side apply (KEP-555). Pure
 * functions: they return a new object with its managed fields and leave their arguments alone,
 * though the new one shares with what was written all that has not changed.
 */
public final class ManagedFields {

    /**
     * Who writes, and through what.
     *
     * @param manager the client's {@code fieldManager}
     * @param subresource such as {@code status}; empty for the object itself
     * @param ignored top-level fields that this way of writing doesn't touch: {@code status} for
     *     the object itself, {@code spec} and the like for the status
     */
    public record Writer(String manager, String subresource, Set<String> ignored) {
        public Writer {
            Objects.requireNonNull(manager, "manager");
            Objects.requireNonNull(subresource, "subresource");
            ignored = Set.copyOf(ignored);
        }
    }

    private record Entry(
            String manager,
            String operation,
            String subresource,
            String apiVersion,
            String time,
            FieldSet fields) {
        boolean isFrom(Writer writer, String byOperation) {
            return manager.equals(writer.manager())
                    && subresource.equals(writer.subresource())
                    && operation.equals(byOperation);
        }

        Entry with(FieldSet other) {
            return new Entry(manager, operation, subresource, apiVersion, time, other);
        }

        /** As upstream names a manager in messages. */
        String print() {
            return "\""
                    + manager
                    + "\""
                    + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + "\"")
                    + (operation.equals(UPDATE)
                            ? " using " + apiVersion + (time.isEmpty() ? "" : " at " + time)
                            : "");
        }
    }

    private static final String APPLY = "Apply";
    private static final String UPDATE = "Update";

    /** Older entries of the same kind are joined, as upstream does, to bound the list. */
    private static final int MAX_UPDATERS = 10;

    private static final String ANCIENT = "ancient-changes";
    private static final String BEFORE_FIRST_APPLY = "before-first-apply";

    /** What the server sets itself and nobody manages. */
    private static final Set<String> UNMANAGED_METADATA =
            Set.of(
                    "name",
                    "namespace",
                    "selfLink",
                    "uid",
                    "creationTimestamp",
                    "generation",
                    "managedFields",
                    "resourceVersion");

    private ManagedFields() {}

    /**
     * Records a create, update or patch.
     *
     * @param live the object before; null for a create
     * @param written the object to be stored
     * @return {@code written} with its managed fields; an empty list sent by a client resets them
     */
    public static ObjectNode track(
            ObjectNode live, ObjectNode written, Schema schema, Writer writer, Instant now) {
        ObjectNode before = live == null ? Json.object() : live;
        List<Entry> entries = entriesAfter(live, written, writer);
        Fields.Changes changes = Fields.compare(before, written, schema);
        strip(changes.changed(), writer);
        strip(changes.removed(), writer);
        FieldSet touched = changes.changed().union(changes.removed());
        String apiVersion = written.path("apiVersion").asText();
        List<Entry> kept = new ArrayList<>();
        FieldSet own = new FieldSet();
        Entry previous = null;
        for (Entry entry : entries) {
            if (entry.isFrom(writer, UPDATE) && entry.apiVersion().equals(apiVersion)) {
                own = own.union(entry.fields());
                previous = entry;
            } else {
                kept.add(entry.with(entry.fields().difference(touched)));
            }
        }
        FieldSet mine = own.difference(changes.removed()).union(changes.changed());
        boolean same = previous != null && previous.fields().equals(mine) && touched.isEmpty();
        String time = same ? previous.time() : Times.seconds(now);
        kept.add(new Entry(writer.manager(), UPDATE, writer.subresource(), apiVersion, time, mine));
        return with(written, bounded(kept));
    }

    /**
     * Server-side apply.
     *
     * @param live the object as stored; null if there is none
     * @param applied what the client wants to manage, and nothing else
     * @param force take fields over from others instead of failing
     * @return the merged object with its managed fields, before defaults and validation
     * @throws ApiException a conflict, with a cause for each field that others manage; a bad
     *     request if {@code applied} holds managed fields itself
     */
    public static ObjectNode apply(
            ObjectNode live,
            ObjectNode applied,
            Schema schema,
            Writer writer,
            boolean force,
            Instant now) {
        if (applied.path("metadata").hasNonNull("managedFields")) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        ObjectNode before = live == null ? Json.object() : live;
        ObjectNode wanted = applied.deepCopy();
        wanted.remove(writer.ignored());
        String apiVersion = applied.path("apiVersion").asText();
        FieldSet set = Fields.of(wanted, schema);
        strip(set, writer);

        List<Entry> others = new ArrayList<>();
        FieldSet last = new FieldSet();
        Entry previous = null;
        for (Entry entry : applyEntries(live, schema, writer)) {
            if (entry.isFrom(writer, APPLY)) {
                last = last.union(entry.fields());
                previous = entry;
            } else {
                others.add(entry);
            }
        }
        ObjectNode merged = (ObjectNode) Fields.merge(before, wanted, schema);
        FieldSet kept = set;
        for (Entry other : others) {
            kept = kept.union(other.fields());
        }
        Fields.remove(merged, schema, last.difference(set), kept);

        Fields.Changes changes = Fields.compare(before, merged, schema);
        others = withoutConflicts(others, changes, apiVersion, force);
        boolean same = previous != null && previous.fields().equals(set);
        String time = same ? previous.time() : Times.seconds(now);
        others.add(new Entry(writer.manager(), APPLY, writer.subresource(), apiVersion, time, set));
        return with(merged, bounded(others));
    }

    /** An object that nobody applied before belongs to whoever wrote it. */
    private static List<Entry> applyEntries(ObjectNode live, Schema schema, Writer writer) {
        List<Entry> entries = entries(live);
        if (live != null && entries.isEmpty()) {
            FieldSet all = Fields.of(live, schema);
            strip(all, writer);
            entries.add(
                    new Entry(
                            BEFORE_FIRST_APPLY,
                            UPDATE,
                            "",
                            live.path("apiVersion").asText(),
                            live.path("metadata").path("creationTimestamp").asText(),
                            all));
        }
        return entries;
    }

    private static List<Entry> withoutConflicts(
            List<Entry> others, Fields.Changes changes, String apiVersion, boolean force) {
        List<Entry> result = new ArrayList<>();
        Map<Entry, FieldSet> conflicts = new LinkedHashMap<>();
        for (Entry other : others) {
            FieldSet conflict =
                    other.apiVersion().equals(apiVersion)
                            ? other.fields().intersection(changes.changed())
                            : new FieldSet();
            if (!conflict.isEmpty()) {
                conflicts.put(other, conflict);
            }
            result.add(
                    other.with(other.fields().difference(conflict).difference(changes.removed())));
        }
        if (!force && !conflicts.isEmpty()) {
            throw conflict(conflicts);
        }
        return result;
    }

    private static ApiException conflict(Map<Entry, FieldSet> conflicts) {
        List<StatusCause> causes = new ArrayList<>();
        Map<String, List<String>> paths = new TreeMap<>();
        conflicts.forEach(
                (entry, fields) ->
                        fields.forEachPath(
                                path -> {
                                    causes.add(
                                            new StatusCause(
                                                    "FieldManagerConflict",
                                                    "conflict with " + entry.print(),
                                                    path));
                                    paths.computeIfAbsent(entry.print(), key -> new ArrayList<>())
                                            .add(path);
                                }));
        StringBuilder message = new StringBuilder("Apply failed with ");
        if (causes.size() == 1) {
            message.append("1 conflict: ")
                    .append(causes.get(0).message())
                    .append(": ")
                    .append(causes.get(0).field());
        } else {
            message.append(causes.size()).append(" conflicts: ");
            List<String> lines = new ArrayList<>();
            paths.forEach(
                    (manager, fields) -> {
                        lines.add("conflicts with " + manager + ":");
                        fields.forEach(field -> lines.add("- " + field));
                    });
            message.append(String.join("\n", lines));
        }
        return new ApiException(
                new Status(
                        StatusReason.Conflict.code(),
                        StatusReason.Conflict,
                        message.toString(),
                        new Status.Details("", "", "", "", causes, 0)));
    }

    private static void strip(FieldSet set, Writer writer) {
        set.remove(PathElements.field("apiVersion"));
        set.remove(PathElements.field("kind"));
        writer.ignored().forEach(name -> set.remove(PathElements.field(name)));
        FieldSet metadata = set.peek(PathElements.field("metadata"));
        if (metadata != null) {
            UNMANAGED_METADATA.forEach(name -> metadata.remove(PathElements.field(name)));
            set.removeIfEmpty(PathElements.field("metadata"));
        }
    }

    /**
     * Where a write starts: from what the client sent; from what the live object says if the client
     * sent none, nothing readable or wrote to a subresource; from nothing if the client resets it
     * by one empty entry or an empty list.
     */
    private static List<Entry> entriesAfter(ObjectNode live, ObjectNode written, Writer writer) {
        JsonNode sent = written.path("metadata").path("managedFields");
        if (sent.isArray() && writer.subresource().isEmpty()) {
            if (sent.isEmpty() || (sent.size() == 1 && sent.get(0).isEmpty())) {
                return new ArrayList<>();
            }
            if (live == null || !sent.equals(live.at("/metadata/managedFields"))) {
                for (JsonNode entry : sent) {
                    if (!FieldSet.isReadable(entry.path("fieldsV1"))) {
                        return entries(live);
                    }
                }
                return entries(written);
            }
        }
        return entries(live);
    }

    private static List<Entry> entries(ObjectNode object) {
        List<Entry> entries = new ArrayList<>();
        if (object != null) {
            for (JsonNode entry : object.path("metadata").path("managedFields")) {
                entries.add(
                        new Entry(
                                entry.path("manager").asText(),
                                entry.path("operation").asText(),
                                entry.path("subresource").asText(),
                                entry.path("apiVersion").asText(),
                                entry.path("time").asText(),
                                FieldSet.fromJson(entry.get("fieldsV1"))));
            }
        }
        return entries;
    }

    private static List<Entry> bounded(List<Entry> entries) {
        List<Entry> result = new ArrayList<>(entries);
        result.removeIf(entry -> entry.fields().isEmpty());
        List<Entry> updaters = new ArrayList<>(result);
        updaters.removeIf(
                entry -> !entry.operation().equals(UPDATE) || !entry.subresource().isEmpty());
        updaters.sort(Comparator.comparing(Entry::time));
        int excess = updaters.size() - MAX_UPDATERS;
        if (excess > 0) {
            List<Entry> oldest = updaters.subList(0, excess + 1);
            FieldSet joined = new FieldSet();
            for (Entry entry : oldest) {
                joined = joined.union(entry.fields());
            }
            result.removeAll(oldest);
            Entry youngest = oldest.get(oldest.size() - 1);
            result.add(
                    new Entry(ANCIENT, UPDATE, "", youngest.apiVersion(), youngest.time(), joined));
        }
        result.sort(
                Comparator.comparing(Entry::operation)
                        .thenComparing(Entry::time)
                        .thenComparing(Entry::manager));
        return result;
    }

    private static ObjectNode with(ObjectNode object, List<Entry> entries) {
        ObjectNode metadata = Json.object();
        if (object.get("metadata") instanceof ObjectNode known) {
            metadata.setAll(known);
        }
        ObjectNode result = Json.object();
        result.setAll(object);
        result.set("metadata", metadata);
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
            return result;
        }
        ArrayNode array = metadata.putArray("managedFields");
        for (Entry entry : entries) {
            ObjectNode json = array.addObject();
            json.put("manager", entry.manager());
            json.put("operation", entry.operation());
            json.put("apiVersion", entry.apiVersion());
            if (!entry.time().isEmpty()) {
                json.put("time", entry.time());
            }
            json.put("fieldsType", "FieldsV1");
            json.set("fieldsV1", entry.fields().toJson());
            if (!entry.subresource().isEmpty()) {
                json.put("subresource", entry.subresource());
            }
        }
        return result;
    }
}
