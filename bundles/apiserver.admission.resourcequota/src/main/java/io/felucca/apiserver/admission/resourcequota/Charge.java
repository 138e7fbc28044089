package io.felucca.apiserver.admission.resourcequota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.machinery.ApiException;
import io.felucca.quota.Amounts;
import io.felucca.quota.Evaluator;
import io.felucca.quota.QuotaView;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one request uses more than was used before it.
 *
 * @param more nothing, if it only gives back: that is counted by the controller
 */
record Charge(Request request, Evaluator evaluator, Amounts more) {
    static Charge of(Request request, Evaluator evaluator) {
        Amounts now = evaluator.usage(request.object());
        boolean isNew = request.operation() == Operation.CREATE;
        Amounts before = isNew ? Amounts.NONE : evaluator.usage(request.old());
        return new Charge(request, evaluator, now.moreThan(before));
    }

    /** A quota whose usage nobody has counted yet limits nothing. */
    boolean concerns(ObjectNode quota) {
        return QuotaView.counted(quota).counts(evaluator, request.object());
    }

    /**
     * What the quota's namespace uses with this.
     *
     * @param used before it
     * @throws ApiException with 403 if that is too much, or can't be known
     */
    Amounts addTo(ObjectNode quota, Amounts used) {
        QuotaView view = QuotaView.counted(quota);
        requireSpecified(view);
        requireKnown(view, used);
        Amounts asked = more.only(view.hard().byName().keySet());
        Amounts sum = used.plus(asked);
        Set<String> exceeded = new HashSet<>();
        for (String name : asked.byName().keySet()) {
            if (sum.get(name).compareTo(view.hard().get(name)) > 0) {
                exceeded.add(name);
            }
        }
        if (!exceeded.isEmpty()) {
            throw request.forbidden(
                    "exceeded quota: "
                            + view.name()
                            + ", requested: "
                            + asked.only(exceeded)
                            + ", used: "
                            + used.only(exceeded)
                            + ", limited: "
                            + view.hard().only(exceeded));
        }
        return sum;
    }

    private void requireKnown(QuotaView quota, Amounts used) {
        Set<String> unknown = new TreeSet<>(quota.hard().byName().keySet());
        unknown.retainAll(more.byName().keySet());
        unknown.removeAll(used.byName().keySet());
        if (!unknown.isEmpty()) {
            throw request.forbidden(
                    "status unknown for quota: "
                            + quota.name()
                            + ", resources: "
                            + String.join(",", unknown));
        }
    }

    private void requireSpecified(QuotaView quota) {
        if (request.operation() != Operation.CREATE) {
            return;
        }
        var unspecified = evaluator.unspecified(request.object(), quota.hard().byName().keySet());
        if (!unspecified.isEmpty()) {
            throw request.forbidden(
                    "failed quota: "
                            + quota.name()
                            + ": must specify "
                            + unspecified.entrySet().stream()
                                    .map(
                                            one ->
                                                    one.getKey()
                                                            + " for: "
                                                            + String.join(",", one.getValue()))
                                    .collect(Collectors.joining("; ")));
        }
    }
}
