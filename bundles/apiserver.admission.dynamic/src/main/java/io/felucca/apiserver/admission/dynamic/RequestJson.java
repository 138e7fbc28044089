package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.admission.dynamic.RequestMatcher.Form;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;

/** A request as an AdmissionRequest of admission.k8s.io, without its objects. */
final class RequestJson {
    private RequestJson() {}

    static ObjectNode of(Request request, Form form) {
        ObjectNode json = Json.object();
        kind(json.putObject("kind"), form.kind());
        resource(json.putObject("resource"), form.resource());
        putUnlessEmpty(json, "subResource", request.subresource());
        kind(json.putObject("requestKind"), request.kind());
        resource(json.putObject("requestResource"), request.resource());
        putUnlessEmpty(json, "requestSubResource", request.subresource());
        putUnlessEmpty(json, "name", request.name());
        putUnlessEmpty(json, "namespace", RequestMatcher.namespaceOf(request));
        json.put("operation", request.operation().name());
        user(json.putObject("userInfo"), request.user());
        json.put("dryRun", request.dryRun());
        ObjectNode options = request.options().get();
        json.set("options", options.isEmpty() ? null : options);
        return json;
    }

    private static void kind(ObjectNode json, GroupVersionKind kind) {
        json.put("group", kind.group()).put("version", kind.version()).put("kind", kind.kind());
    }

    private static void resource(ObjectNode json, GroupVersionResource resource) {
        json.put("group", resource.group());
        json.put("version", resource.version());
        json.put("resource", resource.resource());
    }

    private static void user(ObjectNode json, UserInfo user) {
        putUnlessEmpty(json, "username", user.name());
        putUnlessEmpty(json, "uid", user.uid());
        user.groups().forEach(json.withArrayProperty("groups")::add);
        user.extra()
                .forEach(
                        (key, values) ->
                                values.forEach(
                                        json.withObjectProperty("extra").withArrayProperty(key)
                                                ::add));
    }

    private static void putUnlessEmpty(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }
}
