package io.felucca.api.coordination;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;
import java.util.List;

/** {@code leases}. */
final class Leases implements Strategy {
    private static final GroupVersionKind KIND =
            new GroupVersionKind("coordination.k8s.io", "v1", "Lease");

    static ResourceDefinition definition() {
        return ResourceDefinition.builder(KIND, "leases", Schemas.of(KIND))
                .strategy(new Leases())
                .columns(
                        Column.string("Holder", lease -> lease.at("/spec/holderIdentity").asText()),
                        Column.AGE)
                .build();
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return false;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field lease = Field.root(object);
        Field seconds = lease.at("spec", "leaseDurationSeconds");
        if (seconds.present() && seconds.number() <= 0) {
            seconds.invalid("must be greater than 0");
        }
        lease.at("spec", "leaseTransitions").notNegative();
        if (lease.at("spec").has("preferredHolder") && !lease.at("spec").has("strategy")) {
            lease.at("spec", "preferredHolder")
                    .forbidden("may only be specified when `strategy` is defined");
        }
        return lease.problems();
    }
}
