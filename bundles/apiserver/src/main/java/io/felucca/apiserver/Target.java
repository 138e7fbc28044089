package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.Json;
import java.util.List;

/** A request together with the resource that it is about. */
record Target(ApiRequest request, ResourceDefinition definition, ResourceCache cache) {

    /** The resource as messages name it. */
    GroupResource named() {
        return definition.groupResource();
    }

    String key(String name) {
        return Keys.object(definition.stored(), request.namespace(), name);
    }

    /** Throws 404 if it is not there. */
    CachedObject current() {
        CachedObject object = cache.get(request.namespace(), request.name());
        if (object == null) {
            throw ApiException.notFound(named(), request.name());
        }
        return object;
    }

    /** The object as a tree in the form that this resource serves; the caller's own. */
    ObjectNode served(CachedObject object) {
        ObjectNode stored = Json.parseObject(object.json());
        return definition.converter() == null ? stored : definition.converter().fromStored(stored);
    }

    /** The tree as it is stored. */
    ObjectNode stored(ObjectNode served) {
        return definition.converter() == null
                ? served
                : definition.converter().toStored(served.deepCopy());
    }

    /** The object as this resource shows it. */
    StoredObject shown(CachedObject object) {
        return definition.converter() == null
                ? object
                : ConvertedObject.of(object, definition.kind(), definition.converter());
    }

    ApiException invalid(String name, List<FieldError> errors) {
        return ApiException.invalid(
                definition.kind().group(), definition.kind().kind(), name, errors);
    }

    /** Throws 422 unless there is nothing wrong. */
    void require(String name, List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw invalid(name, errors);
        }
    }
}
