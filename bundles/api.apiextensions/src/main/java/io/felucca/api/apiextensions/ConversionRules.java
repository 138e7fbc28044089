package io.felucca.api.apiextensions;

import io.felucca.api.validation.Field;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** How the versions of a definition become each other. */
final class ConversionRules {
    private ConversionRules() {}

    static void check(Field conversion) {
        if (!conversion.at("strategy").requireOneOf(List.of("None", "Webhook"))) {
            return;
        }
        Field webhook = conversion.at("webhook");
        if (conversion.text("strategy").equals("None")) {
            if (webhook.present()) {
                webhook.forbidden("should not be set when strategy is not set to Webhook");
            }
            return;
        }
        Field client = webhook.at("clientConfig");
        if (!client.present()) {
            client.required("required when strategy is set to Webhook");
        } else {
            client(client);
        }
        Field versions = webhook.at("conversionReviewVersions");
        if (!versions.filled()) {
            versions.required("");
        } else if (versions.items().stream().noneMatch(one -> one.text().equals("v1"))) {
            versions.invalid("must include at least one of v1");
        }
    }

    private static void client(Field client) {
        Field url = client.at("url");
        Field service = client.at("service");
        if (url.present() == service.present()) {
            client.required("exactly one of url or service is required");
        } else if (url.present()) {
            url(url);
        } else {
            service.at("name").require("service name is required");
            service.at("namespace").require("service namespace is required");
            Field port = service.at("port");
            if (port.present() && (port.number() < 1 || port.number() > 65535)) {
                port.invalid("port is not valid: must be between 1 and 65535, inclusive");
            }
            String path = service.text("path");
            if (!path.isEmpty() && !path.startsWith("/")) {
                service.at("path").invalid("must start with a '/'");
            }
        }
    }

    private static void url(Field url) {
        try {
            URI address = new URI(url.text());
            if (!"https".equals(address.getScheme())) {
                url.invalid(
                        "'https' is the only allowed URL scheme; desired format:"
                                + " https://host[/path]");
            }
            if (address.getHost() == null) {
                url.invalid("host must be specified; desired format: https://host[/path]");
            }
            if (address.getUserInfo() != null) {
                url.invalid(
                        "user information is not permitted in the URL; desired format:"
                                + " https://host[/path]");
            }
            if (address.getRawQuery() != null || address.getRawFragment() != null) {
                url.invalid(
                        "query parameters and fragments are not permitted in the URL; desired"
                                + " format: https://host[/path]");
            }
        } catch (URISyntaxException e) {
            url.required("url must be a valid URL: " + e.getMessage());
        }
    }
}
