package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition.Converter;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.Json;
import java.util.List;
import java.util.Map;

/** A cached object in the form of another version; made at most once per revision. */
final class ConvertedObject implements StoredObject {
    private final CachedObject stored;
    private final GroupVersionKind kind;
    private final Converter converter;
    private final byte[] json;

    private ConvertedObject(
            CachedObject stored, GroupVersionKind kind, Converter converter, byte[] json) {
        this.stored = stored;
        this.kind = kind;
        this.converter = converter;
        this.json = json;
    }

    static ConvertedObject of(CachedObject stored, GroupVersionKind kind, Converter converter) {
        ConvertedObject known = stored.converted();
        // A custom resource's converter goes with its definition, which may have changed since.
        if (known != null && known.converter == converter && known.kind.equals(kind)) {
            return known;
        }
        ObjectNode served = converter.fromStored(Json.parseObject(stored.json()));
        ConvertedObject made = new ConvertedObject(stored, kind, converter, Json.bytes(served));
        stored.remember(made);
        return made;
    }

    @Override
    public String namespace() {
        return stored.namespace();
    }

    @Override
    public String name() {
        return stored.name();
    }

    @Override
    public String uid() {
        return stored.uid();
    }

    @Override
    public long revision() {
        return stored.revision();
    }

    @Override
    public byte[] json() {
        return json;
    }

    @Override
    public Map<String, String> labels() {
        return stored.labels();
    }

    @Override
    public List<String> ownerUids() {
        return stored.ownerUids();
    }
}
