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

    WatchCursor.Event event(LogEntry entry, WatchCursor.Type type) {
        return converter == null
                ? entry.event(type)
                : new WatchCursor.Event(
                        type,
                        ConvertedObject.of(entry.object(type), kind, converter),
                        entry.revision());
    }

    WatchCursor.Event initial(CachedObject object) {
        return new WatchCursor.Event(
                WatchCursor.Type.ADDED,
                converter == null ? object : ConvertedObject.of(object, kind, converter),
                object.revision());
    }

    WatchCursor.Event bookmark(long revision, boolean initialEventsEnd) {
        return Lines.bookmark(kind, revision, initialEventsEnd);
    }
}
