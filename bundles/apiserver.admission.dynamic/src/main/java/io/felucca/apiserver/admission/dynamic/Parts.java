package io.felucca.apiserver.admission.dynamic;

import io.felucca.apiserver.api.AdmissionExpressions;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.WebhookClients;
import io.felucca.machinery.ApiException;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The parts of others that the plugins need, each of which may be away for a moment. */
@Component(service = Parts.class)
public final class Parts {
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile WebhookClients clients;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile AdmissionExpressions expressions;

    /** Those that are there now, the lowest ranking first. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<Authorizer> authorizers = List.of();

    /** Throws 503 while the part is away. */
    WebhookClients clients() {
        WebhookClients now = clients;
        if (now == null) {
            throw ApiException.unavailable("the part that calls webhooks is being replaced", 1);
        }
        return now;
    }

    /** Null while the part is away. */
    AdmissionExpressions expressions() {
        return expressions;
    }

    /** All authorizers as one. */
    Authorizer authorizer() {
        return attributes -> Authorizer.decide(authorizers, attributes);
    }

    static Parts of(
            WebhookClients clients,
            AdmissionExpressions expressions,
            List<Authorizer> authorizers) {
        Parts parts = new Parts();
        parts.clients = clients;
        parts.expressions = expressions;
        parts.authorizers = authorizers;
        return parts;
    }
}
