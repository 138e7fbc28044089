package io.felucca.apiserver;

import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.GroupVersionKind;

/** In which form a watch shows its objects. */
final class CursorView {
    private final GroupVersionKind kind;
    private final ResourceDefinition.Converter converter;

    CursorView(ResourceDefinition definition) {
        kind = definition.kind();
        converter = definition.converter();
    }

    /** Whether {@link #shown} does anything. */
    boolean converts() {
        return converter != null;
    }

    /** The event as this view shows it. */
    WatchCursor.Event shown(WatchCursor.Event stored) {
        return stored.object() instanceof CachedObject object
                ? new WatchCursor.Event(
                        stored.type(),
                        ConvertedObject.of(object, kind, converter),
                        stored.revision())
                : stored;
    }

    WatchCursor.Event bookmark(long revision, boolean initialEventsEnd) {
        return Lines.bookmark(kind, revision, initialEventsEnd);
    }
}
