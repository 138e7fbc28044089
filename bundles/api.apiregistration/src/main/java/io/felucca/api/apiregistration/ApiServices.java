package io.felucca.api.apiregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.List;

/** {@code apiservices} with status. */
final class ApiServices implements Strategy {
    private static final int MAX_GROUP_PRIORITY = 20000;
    private static final int MAX_VERSION_PRIORITY = 1000;

    static ResourceDefinition definition() {
        return ApiRegistrationGroup.resource("v1", "APIService", "apiservices")
                .clusterScoped()
                .categories("api-extensions")
                .strategy(new ApiServices())
                .subresource(ApiRegistrationGroup.status("v1", "APIService"))
                .columns(
                        Column.string("Service", ApiServices::service),
                        Column.string("Available", ApiServices::available),
                        Column.AGE)
                .build();
    }

    private static Object service(JsonNode object) {
        JsonNode service = object.at("/spec/service");
        return service.has("name")
                ? service.path("namespace").asText() + "/" + service.path("name").asText()
                : "Local";
    }

    private static Object available(JsonNode object) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Available")) {
                String status = condition.path("status").asText();
                return status.equals("True")
                        ? status
                        : status + " (" + condition.path("reason").asText() + ")";
            }
        }
        return "Unknown";
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public List<String> nameProblems(String name, boolean isPrefix) {
        return NameRules.pathSegment(name, isPrefix);
    }

    /** What this server serves itself is available from the first moment. */
    @Override
    public void prepareForCreate(ObjectNode object) {
        if (object.path("spec").hasNonNull("service")) {
            return;
        }
        ObjectNode available =
                object.putObject("status")
                        .putArray("conditions")
                        .addObject()
                        .put("type", "Available")
                        .put("status", "True")
                        .put("reason", "Local")
                        .put("message", "Local APIServices are always available");
        // The server has set it by now; an object that no server made has been there for no time.
        JsonNode since = object.at("/metadata/creationTimestamp");
        if (since.isTextual()) {
            available.set("lastTransitionTime", since);
        }
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field service = Field.root(object);
        Field spec = service.at("spec");
        String wanted = spec.text("version") + "." + spec.text("group");
        Field name = service.at("metadata", "name");
        if (!name.text().equals(wanted)) {
            name.invalid("must be `spec.version+\".\"+spec.group`: \"" + wanted + "\"");
        }
        spec.at("group").followIfSet(NameRules::dnsSubdomain);
        spec.at("version").follow(NameRules::dns1035Label);
        priority(spec.at("groupPriorityMinimum"), MAX_GROUP_PRIORITY);
        priority(spec.at("versionPriority"), MAX_VERSION_PRIORITY);
        Field target = spec.at("service");
        boolean insecure = spec.at("insecureSkipTLSVerify").isTrue();
        if (!target.present()) {
            if (spec.at("caBundle").filled()) {
                spec.at("caBundle").invalid("local APIServices may not have a caBundle");
            }
            if (insecure) {
                spec.at("insecureSkipTLSVerify")
                        .invalid("local APIServices may not have insecureSkipTLSVerify");
            }
            return service.problems();
        }
        target.at("namespace").require();
        target.at("name").require();
        if (target.at("port").present()) {
            Values.portNumber(target.at("port"));
        }
        if (insecure && spec.at("caBundle").filled()) {
            spec.at("insecureSkipTLSVerify").invalid("may not be true if caBundle is present");
        }
        return service.problems();
    }

    private static void priority(Field priority, int most) {
        if (priority.number() <= 0 || priority.number() > most) {
            priority.invalid(priority.number(), "must be positive and less than " + most);
        }
    }
}
