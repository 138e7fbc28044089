package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** {@code secrets}. */
final class Secrets implements Strategy {
    private static final String ACCOUNT = "kubernetes.io/service-account.name";

    static ResourceDefinition definition() {
        return Core.resource("Secret", "secrets")
                .strategy(new Secrets())
                .selectableFields(SelectableField.at("type"))
                .columns(
                        Column.string("Type", secret -> secret.path("type").asText()),
                        Column.string("Data", secret -> String.valueOf(secret.path("data").size())),
                        Column.AGE)
                .build();
    }

    /** Plain texts are for writing only: they become data and are not kept. */
    @Override
    public void defaults(ObjectNode object) {
        if (object.path("stringData") instanceof ObjectNode texts && !texts.isEmpty()) {
            ObjectNode data = object.withObject("/data");
            for (Map.Entry<String, JsonNode> text : texts.properties()) {
                byte[] bytes = text.getValue().asText("").getBytes(StandardCharsets.UTF_8);
                data.put(text.getKey(), Base64.getEncoder().encodeToString(bytes));
            }
        }
        object.remove("stringData");
        if (object.path("type").asText("").isEmpty()) {
            object.put("type", "Opaque");
        }
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field secret = Field.root(object);
        Field data = secret.at("data");
        DataRules.keys(data);
        DataRules.size(secret, DataRules.base64Size(data.node()));
        type(secret, data);
        return secret.problems();
    }

    private static void type(Field secret, Field data) {
        switch (secret.text("type")) {
            case "kubernetes.io/service-account-token" ->
                    secret.at("metadata", "annotations").key(ACCOUNT).require();
            case "kubernetes.io/dockercfg" -> json(data.key(".dockercfg"));
            case "kubernetes.io/dockerconfigjson" -> json(data.key(".dockerconfigjson"));
            case "kubernetes.io/basic-auth" -> {
                if (!data.key("username").present() && !data.key("password").present()) {
                    data.key("username").required("");
                    data.key("password").required("");
                }
            }
            case "kubernetes.io/ssh-auth" -> data.key("ssh-privatekey").require();
            case "kubernetes.io/tls" -> {
                present(data.key("tls.crt"));
                present(data.key("tls.key"));
            }
            default -> {
                // Opaque and the types of others hold what they like.
            }
        }
    }

    private static void present(Field entry) {
        if (!entry.present()) {
            entry.required("");
        }
    }

    private static void json(Field entry) {
        if (!entry.present()) {
            entry.required("");
            return;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(entry.text());
            if (!Json.mapper().readTree(bytes).isObject()) {
                entry.invalid("<secret contents redacted>", "must be a JSON object");
            }
        } catch (IOException | IllegalArgumentException e) {
            entry.invalid("<secret contents redacted>", "must be valid JSON");
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        Field secret = Field.root(object);
        secret.at("type").immutable(old.path("type"));
        DataRules.immutable(secret, old, "data");
        return secret.problems();
    }
}
