package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.List;

/** GET, LIST and WATCH: all from the cache, never a parse unless another version is asked for. */
final class Reads {
    private static final String EXACT = "Exact";
    private static final String NOT_OLDER = "NotOlderThan";

    /** The character after the slash: behind all keys of a namespace, before the next one's. */
    private static final char KEY_AFTER = '0';

    private final Core core;

    Reads(Core core) {
        this.core = core;
    }

    StoredObject get(Target target, String resourceVersion) {
        Versions.checkReached(Versions.parse(resourceVersion), core.cache().revision());
        if (target.definition().computed() == null) {
            return target.shown(target.current());
        }
        CachedObject object = snapshot(target).objects().get("", target.request().name());
        if (object == null) {
            throw ApiException.notFound(target.named(), target.request().name());
        }
        return object;
    }

    private static ResourceCache.Snapshot snapshot(Target target) {
        ResourceCache.Snapshot now = target.cache().snapshot();
        if (target.definition().computed() == null) {
            return now;
        }
        ObjectTree objects = ObjectTree.EMPTY;
        for (ObjectNode one : target.definition().computed().get()) {
            objects =
                    objects.put(
                            CachedObject.of(
                                    "",
                                    Meta.text(one, "name"),
                                    0,
                                    Json.bytes(one),
                                    Extract.of(one, target.cache().fields(), null)));
        }
        return new ResourceCache.Snapshot(objects, now.revision());
    }

    ObjectList list(Target target, ListOptions options) {
        Selection selection = selection(target, options);
        if (!options.continueToken().isEmpty()) {
            return listOn(target, options, selection);
        }
        checkMatch(options);
        long version = Versions.parse(options.resourceVersion());
        ResourceCache.Snapshot now = snapshot(target);
        Versions.checkReached(version, now.revision());
        boolean exact = options.resourceVersionMatch().equals(EXACT);
        ResourceCache.Snapshot snapshot =
                exact
                        ? target.cache()
                                .snapshotAt(version)
                                .orElseThrow(() -> tooOld(target, version))
                        : now;
        return page(target, options, selection, snapshot, null, null);
    }

    private ObjectList listOn(Target target, ListOptions options, Selection selection) {
        if (!options.resourceVersion().isEmpty() && !options.resourceVersion().equals("0")) {
            throw ApiException.badRequest(
                    "specifying resource version is not allowed when using continue");
        }
        ContinueToken token = ContinueToken.decode(options.continueToken());
        ResourceCache.Snapshot snapshot =
                target.cache().snapshotAt(token.revision()).orElseThrow(Reads::continueExpired);
        return page(target, options, selection, snapshot, token.namespace(), token.name());
    }

    private static ObjectList page(
            Target target,
            ListOptions options,
            Selection selection,
            ResourceCache.Snapshot snapshot,
            String afterNamespace,
            String afterName) {
        Listing listing =
                Listing.of(
                        snapshot.objects(), selection, afterNamespace, afterName, options.limit());
        List<CachedObject> found = listing.found();
        List<StoredObject> items = new ArrayList<>(found);
        if (target.definition().converter() != null) {
            items.clear();
            found.forEach(object -> items.add(target.shown(object)));
        }
        if (!listing.more()) {
            return new ObjectList(snapshot.revision(), items, "", 0);
        }
        CachedObject last = found.get(found.size() - 1);
        String token =
                new ContinueToken(snapshot.revision(), last.namespace(), last.name()).encode();
        long remaining = selection.isWhole() ? remaining(snapshot.objects(), selection, last) : -1;
        return new ObjectList(snapshot.revision(), items, token, remaining);
    }

    private static long remaining(ObjectTree objects, Selection selection, CachedObject last) {
        long after = objects.countAfter(last.namespace(), last.name());
        return selection.namespace().isEmpty()
                ? after
                : after - objects.countAfter(selection.namespace() + KEY_AFTER, "");
    }

    WatchCursor watch(Target target, ListOptions options) {
        Selection selection = selection(target, options);
        checkWatch(options);
        long version = Versions.parse(options.resourceVersion());
        ResourceCache cache = target.cache();
        ResourceCache.Snapshot now = cache.snapshot();
        boolean initial = options.sendInitialEvents() || version <= 0;
        InitialEvents first = null;
        long floor = version;
        if (initial) {
            Versions.checkReached(version, now.revision());
            floor = now.revision();
            first =
                    new InitialEvents(
                            now.objects(),
                            selection,
                            options.sendInitialEvents() && options.allowWatchBookmarks());
        }
        return new Cursor(
                cache,
                core.cache(),
                selection,
                new CursorView(target.definition()),
                core.clock(),
                options.allowWatchBookmarks(),
                floor,
                cache.log().lastUpTo(floor),
                first);
    }

    private static Selection selection(Target target, ListOptions options) {
        return Selection.of(
                target.request().namespace(),
                target.request().name(),
                options.labelSelector(),
                options.fieldSelector(),
                target.cache().fields(),
                target.definition().selectableFields());
    }

    private static void checkMatch(ListOptions options) {
        String match = options.resourceVersionMatch();
        String version = options.resourceVersion();
        if (match.isEmpty()) {
            return;
        }
        String problem = "";
        if (version.isEmpty()) {
            problem = "resourceVersionMatch is forbidden unless resourceVersion is provided";
        } else if (!match.equals(EXACT) && !match.equals(NOT_OLDER)) {
            throw invalid(
                    FieldError.notSupported(
                            "resourceVersionMatch", match, List.of(EXACT, NOT_OLDER)));
        } else if (match.equals(EXACT) && version.equals("0")) {
            problem = "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"";
        }
        if (!problem.isEmpty()) {
            throw invalid(FieldError.forbidden("resourceVersionMatch", problem));
        }
    }

    private static void checkWatch(ListOptions options) {
        if (options.sendInitialEvents() && !options.resourceVersionMatch().equals(NOT_OLDER)) {
            throw invalid(
                    FieldError.forbidden(
                            "resourceVersionMatch",
                            "sendInitialEvents requires setting resourceVersionMatch to"
                                    + " NotOlderThan"));
        }
        if (!options.sendInitialEvents() && !options.resourceVersionMatch().isEmpty()) {
            throw invalid(
                    FieldError.forbidden(
                            "resourceVersionMatch",
                            "resourceVersionMatch is forbidden for watch unless sendInitialEvents"
                                    + " is provided"));
        }
    }

    private static ApiException invalid(FieldError error) {
        return ApiException.invalid("meta.k8s.io", "ListOptions", "", List.of(error));
    }

    private static ApiException tooOld(Target target, long version) {
        return ApiException.expired(
                "too old resource version: " + version + " (" + target.cache().log().since() + ")");
    }

    private static ApiException continueExpired() {
        return ApiException.expired(
                "The provided continue parameter is too old to display a consistent list result."
                        + " You can start a new list without the continue parameter.");
    }
}
