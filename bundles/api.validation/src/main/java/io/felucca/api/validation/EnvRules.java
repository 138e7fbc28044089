package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Environment variables and what they may refer to. */
final class EnvRules {
    private static final List<String> SOURCES =
            List.of(
                    "fieldRef",
                    "resourceFieldRef",
                    "configMapKeyRef",
                    "secretKeyRef",
                    "fileKeyRef");
    private static final List<String> FIELDS =
            List.of(
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid",
                    "spec.nodeName",
                    "spec.serviceAccountName",
                    "status.hostIP",
                    "status.hostIPs",
                    "status.podIP",
                    "status.podIPs");

    /** What upstream can translate at all; anything else is called unknown. */
    private static final Set<String> LABELS =
            Set.of(
                    "metadata.annotations",
                    "metadata.labels",
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid",
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.serviceAccountName",
                    "spec.schedulerName",
                    "status.phase",
                    "status.hostIP",
                    "status.hostIPs",
                    "status.podIP",
                    "status.podIPs");

    private static final List<String> RESOURCES =
            List.of(
                    "limits.cpu",
                    "limits.ephemeral-storage",
                    "limits.memory",
                    "requests.cpu",
                    "requests.ephemeral-storage",
                    "requests.memory");

    private EnvRules() {}

    static void env(Field env) {
        for (Field variable : env.items()) {
            if (variable.at("name").require()) {
                variable.at("name").follow(NameRules::environmentVariable);
            }
            if (variable.has("valueFrom")) {
                valueFrom(variable, variable.at("valueFrom"));
            }
        }
    }

    private static void valueFrom(Field variable, Field from) {
        List<String> set = new ArrayList<>(SOURCES);
        set.removeIf(source -> !from.has(source));
        for (String source : set) {
            source(from.at(source), source);
        }
        if (set.isEmpty()) {
            from.invalid(
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`,"
                            + " `secretKeyRef` or `fileKeyRef`");
        } else if (!variable.text("value").isEmpty()) {
            from.invalid("", "may not be specified when `value` is not empty");
        } else if (set.size() > 1) {
            from.invalid("", "may not have more than one field specified at a time");
        }
    }

    private static void source(Field source, String name) {
        switch (name) {
            case "fieldRef" -> fieldRef(source, FIELDS);
            case "resourceFieldRef" -> resourceFieldRef(source, false);
            case "fileKeyRef" -> {
                source.at("volumeName").follow(NameRules::dnsLabel);
                if (source.at("path").require()) {
                    Values.projectedPath(source.at("path"));
                }
                if (source.at("key").require()) {
                    source.at("key").follow(NameRules::environmentVariable);
                }
            }
            default -> {
                source.at("name").follow(NameRules::dnsSubdomain);
                if (source.at("key").require()) {
                    source.at("key").follow(NameRules::configMapKey);
                }
            }
        }
    }

    /** A field of the pod itself; {@code allowed} lists the paths without a subscript. */
    static void fieldRef(Field ref, List<String> allowed) {
        ref.at("apiVersion").require();
        Field path = ref.at("fieldPath");
        if (!path.require()) {
            return;
        }
        String text = path.text();
        int bracket = text.indexOf("['");
        if (bracket >= 0 && text.endsWith("']")) {
            subscript(
                    path,
                    text.substring(0, bracket),
                    text.substring(bracket + 2, text.length() - 2));
        } else if (!LABELS.contains(text)) {
            path.invalid("error converting fieldPath: field label not supported: " + text);
        } else if (!allowed.contains(text)) {
            path.notSupported(allowed);
        }
    }

    private static void subscript(Field path, String base, String key) {
        if (base.equals("metadata.annotations") || base.equals("metadata.labels")) {
            NameRules.qualifiedName(
                            base.equals("metadata.labels")
                                    ? key
                                    : key.toLowerCase(java.util.Locale.ROOT))
                    .forEach(message -> path.invalid(key, message));
        } else {
            path.invalid(path.text(), "does not support subscript");
        }
    }

    /**
     * @param ofVolume whether it must name its container, since it belongs to none
     */
    static void resourceFieldRef(Field ref, boolean ofVolume) {
        Field resource = ref.at("resource");
        if (ofVolume && !ref.at("containerName").filled()) {
            ref.at("containerName").required("");
        } else if (resource.require()
                && !RESOURCES.contains(resource.text())
                && !resource.text().startsWith("limits.hugepages-")
                && !resource.text().startsWith("requests.hugepages-")) {
            resource.notSupported(RESOURCES);
        }
        divisor(resource.text(), ref.at("divisor"));
    }

    private static void divisor(String resource, Field divisor) {
        if (!divisor.filled() || divisor.text().equals("0")) {
            return;
        }
        boolean cpu = resource.endsWith(".cpu");
        List<String> good =
                cpu
                        ? List.of("1m", "1")
                        : List.of(
                                "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti",
                                "1Pi", "1Ei");
        if (!good.contains(divisor.text())) {
            String name = resource.substring(resource.indexOf('.') + 1);
            divisor.invalid(
                    cpu
                            ? "only divisor's values 1m and 1 are supported with the cpu resource"
                            : "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti,"
                                    + " 1Pi, 1Ei are supported with the "
                                    + (name.equals("ephemeral-storage")
                                            ? "local ephemeral storage"
                                            : name)
                                    + " resource");
        }
    }

    static void envFrom(Field all) {
        for (Field from : all.items()) {
            from.at("prefix").followIfSet(NameRules::environmentVariable);
            int sources = 0;
            for (String name : List.of("configMapRef", "secretRef")) {
                if (from.has(name)) {
                    sources++;
                    from.at(name, "name").follow(NameRules::dnsSubdomain);
                }
            }
            if (sources == 0) {
                all.invalid("", "must specify one of: `configMapRef` or `secretRef`");
            } else if (sources > 1) {
                all.invalid("", "may not have more than one field specified at a time");
            }
        }
    }
}
