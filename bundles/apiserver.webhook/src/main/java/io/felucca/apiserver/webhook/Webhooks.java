package io.felucca.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.WebhookClients;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The clients of all who call webhooks. */
@Component
public final class Webhooks implements WebhookClients {
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    private final ClusterServices services = new ClusterServices(() -> server);

    @Override
    public Client client(JsonNode config) {
        return new WebhookClient(config, services);
    }
}
