package io.felucca.api.admissionregistration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.apiserver.api.AdmissionExpressions.Scope;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code mutatingwebhookconfigurations} and {@code validatingwebhookconfigurations}. */
final class Webhooks implements Strategy {
    private static final int MAX_TIMEOUT_SECONDS = 30;
    private static final int MAX_PORT = 65_535;
    private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");
    private static final String URL_FORMAT = "; desired format: https://host[/path]";

    private final Expressions expressions;

    private Webhooks(Expressions expressions) {
        this.expressions = expressions;
    }

    static ResourceDefinition mutating(Expressions expressions) {
        return definition(
                "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", expressions);
    }

    static ResourceDefinition validating(Expressions expressions) {
        return definition(
                "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", expressions);
    }

    private static ResourceDefinition definition(
            String kind, String plural, Expressions expressions) {
        return AdmissionRegistrationGroup.resource("v1", kind, plural)
                .clusterScoped()
                .categories("api-extensions")
                .strategy(new Webhooks(expressions))
                .columns(
                        Column.integer("Webhooks", object -> (long) object.path("webhooks").size()),
                        Column.AGE)
                .build();
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

    private void hook(Field hook) {
        reviewVersions(hook.at("admissionReviewVersions"));
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
        hook.at("rules").items().forEach(ResourceRules::check);
        expressions.conditions(hook.at("matchConditions"), Scope.WEBHOOK);
    }

    private static void reviewVersions(Field versions) {
        String known = String.join(", ", REVIEW_VERSIONS);
        if (!versions.filled()) {
            versions.required("must specify one of " + known);
            return;
        }
        Set<String> seen = new HashSet<>();
        for (Field version : versions.items()) {
            if (!seen.add(version.text())) {
                version.invalid("duplicate version");
            } else {
                version.follow(NameRules::dns1035Label);
            }
        }
        if (REVIEW_VERSIONS.stream().noneMatch(seen::contains)) {
            versions.invalid("must include at least one of " + known);
        }
    }

    private static void client(Field client) {
        boolean url = client.at("url").filled();
        boolean service = client.has("service");
        if (url == service) {
            client.required("exactly one of url or service is required");
        } else if (url) {
            url(client.at("url"));
        } else {
            service(client.at("service"));
        }
    }

    private static void url(Field url) {
        URI parsed;
        try {
            parsed = new URI(url.text());
        } catch (URISyntaxException e) {
            url.invalid("url must be a valid URL: " + e.getMessage() + URL_FORMAT);
            return;
        }
        if (!"https".equals(parsed.getScheme())) {
            url.invalid("'https' is the only allowed URL scheme" + URL_FORMAT);
        }
        if (parsed.getHost() == null || parsed.getHost().isEmpty()) {
            url.invalid("host must be specified" + URL_FORMAT);
        }
        if (parsed.getUserInfo() != null) {
            url.invalid("user information is not permitted in the URL");
        }
        if (parsed.getFragment() != null) {
            url.invalid("fragments are not permitted in the URL");
        }
        if (parsed.getQuery() != null) {
            url.invalid("query parameters are not permitted in the URL");
        }
    }

    private static void service(Field service) {
        service.at("name").require("service name is required");
        service.at("namespace").require("service namespace is required");
        Field port = service.at("port");
        if (port.present() && (port.number() < 1 || port.number() > MAX_PORT)) {
            port.invalid("port is not valid: must be between 1 and 65535, inclusive");
        }
        Field path = service.at("path");
        if (path.filled() && !path.text().startsWith("/")) {
            path.invalid("must start with a '/'");
        }
    }
}
