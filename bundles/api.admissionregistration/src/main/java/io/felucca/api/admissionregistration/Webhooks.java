package io.felucca.api.admissionregistration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.api.validation.Notices;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code mutatingwebhookconfigurations} and {@code validatingwebhookconfigurations}. */
final class Webhooks implements Strategy {
    private static final int MAX_TIMEOUT_SECONDS = 30;

    static ResourceDefinition mutating() {
        return definition("MutatingWebhookConfiguration", "mutatingwebhookconfigurations");
    }

    static ResourceDefinition validating() {
        return definition("ValidatingWebhookConfiguration", "validatingwebhookconfigurations");
    }

    private static ResourceDefinition definition(String kind, String plural) {
        return AdmissionRegistrationGroup.resource("v1", kind, plural)
                .clusterScoped()
                .categories("api-extensions")
                .strategy(new Webhooks())
                .columns(
                        Column.integer("Webhooks", object -> (long) object.path("webhooks").size()),
                        Column.AGE)
                .build();
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn("A webhook configuration", "webhook admission plugin");
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return true;
    }

    @Override
    public boolean changesGeneration(ObjectNode object, ObjectNode old) {
        return !object.path("webhooks").equals(old.path("webhooks"));
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field configuration = Field.root(object);
        Set<String> names = new HashSet<>();
        for (Field hook : configuration.at("webhooks").items()) {
            Field name = hook.at("name");
            if (name.require() && name.follow(NameRules::dnsSubdomain)) {
                if (name.text().split("\\.", -1).length < 3) {
                    name.invalid(
                            "should be a domain with at least three segments separated by dots");
                }
                if (!names.add(name.text())) {
                    name.duplicate();
                }
            }
            hook(hook);
        }
        return configuration.problems();
    }

    private static void hook(Field hook) {
        if (!hook.at("admissionReviewVersions").filled()) {
            hook.at("admissionReviewVersions")
                    .required("must specify one of " + String.join(", ", List.of("v1", "v1beta1")));
        }
        Field effects = hook.at("sideEffects");
        if (!effects.filled()) {
            effects.required("must specify one of None, NoneOnDryRun");
        } else {
            effects.oneOf(List.of("None", "NoneOnDryRun"));
        }
        Field timeout = hook.at("timeoutSeconds");
        if (timeout.present() && (timeout.number() < 1 || timeout.number() > MAX_TIMEOUT_SECONDS)) {
            timeout.invalid("the timeout value must be between 1 and 30 seconds");
        }
        LabelRules.selector(hook.at("namespaceSelector"));
        LabelRules.selector(hook.at("objectSelector"));
        client(hook.at("clientConfig"));
        for (Field rule : hook.at("rules").items()) {
            rule.at("operations").require();
            rule.at("apiGroups").require();
            rule.at("apiVersions").require();
            rule.at("resources").require();
        }
    }

    private static void client(Field client) {
        boolean url = client.at("url").filled();
        boolean service = client.has("service");
        if (url == service) {
            client.required("exactly one of url or service is required");
        } else if (url && !client.text("url").startsWith("https://")) {
            client.at("url")
                    .invalid(
                            "'https' is the only allowed URL scheme; desired format:"
                                    + " https://host[/path]");
        } else if (service) {
            client.at("service", "name").require("service name is required");
            client.at("service", "namespace").require("service namespace is required");
        }
    }
}
