package io.felucca.apiserver.admission.resourcequota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.machinery.GroupResource;
import io.felucca.quota.Amounts;
import io.felucca.quota.Evaluator;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Holds a namespace to its ResourceQuotas: charges what a request uses to {@code status.used} of
 * each that counts it, and refuses what would be too much. The controller gives back what goes.
 * Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=ResourceQuota")
public final class ResourceQuota implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final int LEDGERS = 16;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    /** Namespaces wait for each other only where they share one of these. */
    private final List<Ledger> ledgers =
            Stream.generate(() -> new Ledger(() -> server)).limit(LEDGERS).toList();

    void server(ApiServer now) {
        server = now;
    }

    @Override
    public void validate(Request request) {
        if (request.namespace().isEmpty() || !isLookedAt(request)) {
            return;
        }
        Evaluator evaluator = Evaluator.of(request.resource().groupResource());
        boolean isNew = request.operation() == Operation.CREATE;
        if (!isNew && !evaluator.watchesUpdates()) {
            return;
        }
        if (request.server().list(Ledger.QUOTAS, request.namespace()).isEmpty()) {
            return;
        }
        Charge charge = Charge.of(request, evaluator);
        if (charge.more().isEmpty()) {
            return;
        }
        if (request.dryRun()) {
            for (ObjectNode quota : Ledger.quotas(charge)) {
                if (charge.concerns(quota)) {
                    Amounts unused = charge.addTo(quota, Ledger.used(quota));
                }
            }
        } else {
            ledgers.get(Math.floorMod(request.namespace().hashCode(), LEDGERS)).charge(charge);
        }
    }

    /** Objects themselves, and of pods' parts the one that changes what they use. */
    private static boolean isLookedAt(Request request) {
        boolean isPod = request.resource().groupResource().equals(PODS);
        return switch (request.operation()) {
            case CREATE ->
                    request.subresource().isEmpty()
                            && !request.resource().resource().equals("events");
            case UPDATE -> request.subresource().equals(isPod ? "resize" : "");
            case DELETE, CONNECT -> false;
        };
    }
}
