package io.felucca.api.authentication;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The group authentication.k8s.io. */
@Component
public final class AuthenticationGroup implements ApiGroup {
    private static final String NAME = "authentication.k8s.io";

    /** Those that are there now, the lowest ranking first. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<Authenticator> authenticators = List.of();

    private final List<ResourceDefinition> resources =
            List.of(
                    resource("SelfSubjectReview", "selfsubjectreviews", Reviews::self),
                    resource(
                            "TokenReview",
                            "tokenreviews",
                            (server, request, body) ->
                                    Reviews.token(body, inOrder(authenticators))));

    private static ResourceDefinition resource(
            String kind, String plural, Subresource.Action action) {
        GroupVersionKind full = new GroupVersionKind(NAME, "v1", kind);
        return ResourceDefinition.builder(full, plural, Schemas.of(full))
                .clusterScoped()
                .virtual(action)
                .build();
    }

    private static List<Authenticator> inOrder(List<Authenticator> ascending) {
        List<Authenticator> descending = new ArrayList<>(ascending);
        Collections.reverse(descending);
        return descending;
    }

    @Override
    public String name() {
        return NAME;
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
