package io.felucca.api.authorization;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.Authorizer;
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

/** The group authorization.k8s.io. */
@Component
public final class AuthorizationGroup implements ApiGroup {
    private static final String NAME = "authorization.k8s.io";

    /** Those that are there now, the lowest ranking first. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<Authorizer> authorizers = List.of();

    private final List<ResourceDefinition> resources =
            List.of(
                    resource(
                                    "LocalSubjectAccessReview",
                                    "localsubjectaccessreviews",
                                    (server, request, body) ->
                                            AccessReviews.local(request, body, authorizers))
                            .build(),
                    resource(
                                    "SelfSubjectAccessReview",
                                    "selfsubjectaccessreviews",
                                    (server, request, body) ->
                                            AccessReviews.self(request, body, authorizers))
                            .clusterScoped()
                            .build(),
                    resource(
                                    "SelfSubjectRulesReview",
                                    "selfsubjectrulesreviews",
                                    (server, request, body) ->
                                            RulesReviews.run(request, body, inOrder()))
                            .clusterScoped()
                            .build(),
                    resource(
                                    "SubjectAccessReview",
                                    "subjectaccessreviews",
                                    (server, request, body) ->
                                            AccessReviews.anybody(body, authorizers))
                            .clusterScoped()
                            .build());

    private static ResourceDefinition.Builder resource(
            String kind, String plural, Subresource.Action action) {
        GroupVersionKind full = new GroupVersionKind(NAME, "v1", kind);
        return ResourceDefinition.builder(full, plural, Schemas.of(full)).virtual(action);
    }

    private List<Authorizer> inOrder() {
        List<Authorizer> descending = new ArrayList<>(authorizers);
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
