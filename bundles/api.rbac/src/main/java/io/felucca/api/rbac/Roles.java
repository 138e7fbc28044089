package io.felucca.api.rbac;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.NameRules;
import io.felucca.schema.Schemas;
import java.util.List;

/** {@code roles} and {@code clusterroles}. */
final class Roles implements Strategy {
    private static final Column CREATED =
            Column.string(
                    "Created At", object -> object.at("/metadata/creationTimestamp").asText());

    private final boolean namespaced;

    private Roles(boolean namespaced) {
        this.namespaced = namespaced;
    }

    static ResourceDefinition roles() {
        return builder("Role", "roles").strategy(new Roles(true)).columns(CREATED).build();
    }

    static ResourceDefinition clusterRoles() {
        return builder("ClusterRole", "clusterroles")
                .clusterScoped()
                .strategy(new Roles(false))
                .columns(CREATED)
                .build();
    }

    static ResourceDefinition.Builder builder(String kind, String plural) {
        GroupVersionKind full = new GroupVersionKind("rbac.authorization.k8s.io", "v1", kind);
        return ResourceDefinition.builder(full, plural, Schemas.of(full));
    }

    @Override
    public List<String> nameProblems(String name, boolean isPrefix) {
        return NameRules.pathSegment(name, isPrefix);
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field role = Field.root(object);
        for (Field rule : role.at("rules").items()) {
            rule(rule);
        }
        Field aggregation = role.at("aggregationRule");
        if (aggregation.present()) {
            Field selectors = aggregation.at("clusterRoleSelectors");
            if (!selectors.filled()) {
                selectors.required(
                        "at least one clusterRoleSelector required if aggregationRule is non-nil");
            }
            for (Field selector : selectors.items()) {
                LabelRules.selector(selector);
            }
        }
        return role.problems();
    }

    private void rule(Field rule) {
        if (!rule.at("verbs").filled()) {
            rule.at("verbs").required("verbs must contain at least one value");
        }
        Field urls = rule.at("nonResourceURLs");
        if (urls.filled()) {
            if (namespaced) {
                urls.invalid("namespaced rules cannot apply to non-resource URLs");
            }
            if (rule.at("apiGroups").filled()
                    || rule.at("resources").filled()
                    || rule.at("resourceNames").filled()) {
                urls.invalid("rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (!rule.at("apiGroups").filled()) {
            rule.at("apiGroups").required("resource rules must supply at least one api group");
        }
        if (!rule.at("resources").filled()) {
            rule.at("resources").required("resource rules must supply at least one resource");
        }
    }
}
