package io.felucca.api.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;
import java.util.List;
import java.util.Set;

/** {@code serviceaccounts} with token. */
final class ServiceAccounts implements Strategy {
    private static final GroupVersionKind TOKEN_REQUEST =
            new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest");

    static ResourceDefinition definition(Subresource.Action token) {
        return Core.resource("ServiceAccount", "serviceaccounts")
                .shortNames("sa")
                .strategy(new ServiceAccounts())
                .subresource(
                        new Subresource(
                                "token",
                                TOKEN_REQUEST,
                                Schemas.of(TOKEN_REQUEST),
                                Set.of(Verb.CREATE),
                                token))
                .columns(
                        Column.string("Secrets", sa -> String.valueOf(sa.path("secrets").size())),
                        Column.AGE)
                .build();
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field account = Field.root(object);
        for (Field secret : account.at("imagePullSecrets").items()) {
            secret.at("name").require();
        }
        return account.problems();
    }
}
