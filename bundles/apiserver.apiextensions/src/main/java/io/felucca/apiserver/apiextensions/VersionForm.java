package io.felucca.apiserver.apiextensions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition.Converter;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.schema.Defaulter;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StrictDecoder;

/**
 * One version of a custom resource whose objects may have been stored in another one, or before its
 * schema was what it is: what is read is pruned and filled in as the schema says now.
 *
 * @param kind as served
 * @param storage the apiVersion in which objects are stored now
 */
record VersionForm(GroupVersionKind kind, String storage, Schema schema, Conversion conversion)
        implements Converter {

    @Override
    public ObjectNode toStored(ObjectNode served) {
        return conversion.convert(served, storage);
    }

    @Override
    public ObjectNode fromStored(ObjectNode stored) {
        ObjectNode served = conversion.convert(stored, kind.apiVersion());
        ObjectNode known =
                StrictDecoder.decode(served, schema, kind.kind(), kind.version()).object();
        Defaulter.apply(known, schema);
        return known;
    }

    @Override
    public boolean keepsSelectableFields() {
        return true;
    }
}
