package io.felucca.apiserver.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The types of {@code request} and {@code namespaceObject}. Thread-safe. */
// Nothing changes once the types are made, which is before anybody asks for one.
@SuppressWarnings("Immutable")
final class RequestTypes implements CelTypeProvider {
    private static final CelType TEXTS = ListType.create(SimpleType.STRING);
    private static final CelType TEXT_MAP = MapType.create(SimpleType.STRING, SimpleType.STRING);

    static final RequestTypes ALL = new RequestTypes();

    private final Map<String, StructType> structs = new LinkedHashMap<>();
    private final CelType request;
    private final CelType namespace;

    private RequestTypes() {
        CelType kind = struct("kubernetes.GroupVersionKind", texts("group", "version", "kind"));
        CelType resource =
                struct("kubernetes.GroupVersionResource", texts("group", "version", "resource"));
        Map<String, CelType> user = texts("username", "uid");
        user.put("groups", TEXTS);
        user.put("extra", MapType.create(SimpleType.STRING, TEXTS));
        Map<String, CelType> asked =
                texts("subResource", "requestSubResource", "name", "namespace", "operation");
        asked.put("kind", kind);
        asked.put("resource", resource);
        asked.put("requestKind", kind);
        asked.put("requestResource", resource);
        asked.put("userInfo", struct("kubernetes.UserInfo", user));
        asked.put("dryRun", SimpleType.BOOL);
        asked.put("options", SimpleType.DYN);
        request = struct("kubernetes.AdmissionRequest", asked);
        namespace = namespaceType();
    }

    private CelType namespaceType() {
        Map<String, CelType> metadata =
                texts("name", "generateName", "namespace", "uid", "resourceVersion");
        metadata.put("labels", TEXT_MAP);
        metadata.put("annotations", TEXT_MAP);
        metadata.put("creationTimestamp", SimpleType.TIMESTAMP);
        metadata.put("deletionTimestamp", SimpleType.TIMESTAMP);
        metadata.put("deletionGracePeriodSeconds", SimpleType.INT);
        metadata.put("generation", SimpleType.INT);
        metadata.put("finalizers", TEXTS);
        Map<String, CelType> fields = new LinkedHashMap<>();
        fields.put("metadata", struct("kubernetes.NamespaceMetadata", metadata));
        fields.put("spec", struct("kubernetes.NamespaceSpec", Map.of("finalizers", TEXTS)));
        fields.put("status", struct("kubernetes.NamespaceStatus", texts("phase")));
        return struct("kubernetes.Namespace", fields);
    }

    private static Map<String, CelType> texts(String... names) {
        Map<String, CelType> fields = new LinkedHashMap<>();
        for (String name : names) {
            fields.put(name, SimpleType.STRING);
        }
        return fields;
    }

    private CelType struct(String name, Map<String, CelType> fields) {
        StructType type =
                StructType.create(
                        name,
                        ImmutableSet.copyOf(fields.keySet()),
                        field -> Optional.ofNullable(fields.get(field)));
        structs.put(name, type);
        return type;
    }

    CelType request() {
        return request;
    }

    CelType namespace() {
        return namespace;
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(structs.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(structs.get(name));
    }
}
