package io.felucca.api.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.HealthCheck;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.TokenIssuer;
import io.felucca.machinery.ApiException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** The core group. */
@Component(
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class CoreGroup implements ApiGroup {
    private final List<ResourceDefinition> resources;

    /** Lives in a bundle of its own that may be swapped. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile TokenIssuer tokenIssuer;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ServiceComponentRuntime components;

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<HealthCheck> checks = List.of();

    /** Of the cluster's configuration, what this group needs. */
    public @interface Config {
        String service_cidr() default "10.96.0.0/12";

        String nodeport_range() default "30000-32767";

        String dns_ip() default "10.96.0.10";
    }

    @Activate
    public CoreGroup(@Reference Clock clock, Config config) {
        ServiceAllocator allocator =
                new ServiceAllocator(
                        config.service_cidr(),
                        config.nodeport_range(),
                        config.dns_ip(),
                        new SecureRandom());
        resources =
                List.of(
                        Bindings.definition(clock),
                        new ComponentStatuses(() -> components, () -> checks).definition(),
                        ConfigMaps.definition(),
                        EndpointsResource.definition(),
                        Events.definition(),
                        Quotas.limitRanges(),
                        Namespaces.definition(),
                        Nodes.definition(),
                        PersistentVolumeClaims.definition(),
                        PersistentVolumes.definition(),
                        Pods.definition(clock),
                        Plain.podTemplates(),
                        ReplicationControllers.definition(),
                        Quotas.resourceQuotas(),
                        Secrets.definition(),
                        ServiceAccounts.definition(this::issueToken),
                        new Services(allocator).definition());
    }

    private CompletionStage<ObjectNode> issueToken(
            ApiServer server, ApiRequest request, ObjectNode body) {
        TokenIssuer issuer = tokenIssuer;
        if (issuer == null) {
            throw ApiException.unavailable("no token issuer is there at the moment", 1);
        }
        return CompletableFuture.completedFuture(issuer.issue(server, request, body));
    }

    @Override
    public String name() {
        return "";
    }

    @Override
    public List<String> versions() {
        return List.of("v1");
    }

    @Override
    public List<ResourceDefinition> resources() {
        return resources;
    }
}
