package io.felucca.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Projected volumes and the downward API. */
final class ProjectionRules {
    private static final List<String> FIELDS =
            List.of(
                    "metadata.annotations",
                    "metadata.labels",
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid");
    private static final List<String> SOURCES =
            List.of(
                    "secret",
                    "configMap",
                    "downwardAPI",
                    "serviceAccountToken",
                    "clusterTrustBundle",
                    "podCertificate");
    private static final long TEN_MINUTES = 600;

    private ProjectionRules() {}

    static void projected(Field source) {
        Values.fileMode(source.at("defaultMode"));
        Set<String> paths = new HashSet<>();
        for (Field projection : source.at("sources").items()) {
            int sources = 0;
            for (String type : SOURCES) {
                if (!projection.has(type)) {
                    continue;
                }
                if (++sources > 1) {
                    projection.at(type).forbidden("may not specify more than 1 volume type");
                } else {
                    check(projection.at(type), type, paths);
                }
            }
            if (sources == 0) {
                projection.required("must specify a volume type");
            }
        }
    }

    private static void check(Field projection, String type, Set<String> paths) {
        switch (type) {
            case "secret", "configMap" -> {
                projection.at("name").require();
                VolumeRules.files(projection, false);
                for (Field item : projection.at("items").items()) {
                    unique(item.at("path"), paths);
                }
            }
            case "downwardAPI" -> downward(projection, paths);
            case "serviceAccountToken" -> token(projection, paths);
            default -> {
                if (projection.has("path")) {
                    Values.projectedPath(projection.at("path"));
                }
            }
        }
    }

    private static void token(Field token, Set<String> paths) {
        Field seconds = token.at("expirationSeconds");
        if (seconds.present() && seconds.number() < TEN_MINUTES) {
            seconds.invalid("may not specify a duration less than 10 minutes");
        }
        if (seconds.number() > 1L << 32) {
            seconds.invalid("may not specify a duration larger than 2^32 seconds");
        }
        Field path = token.at("path");
        if (path.require()) {
            Values.projectedPath(path);
            unique(path, paths);
        }
    }

    private static void unique(Field path, Set<String> paths) {
        if (path.filled() && !paths.add(path.text())) {
            path.invalid("conflicting duplicate paths");
        }
    }

    static void downward(Field source, Set<String> paths) {
        for (Field file : source.at("items").items()) {
            Field path = file.at("path");
            if (path.require()) {
                Values.projectedPath(path);
                unique(path, paths);
            }
            if (file.has("fieldRef")) {
                EnvRules.fieldRef(file.at("fieldRef"), FIELDS);
                if (file.has("resourceFieldRef")) {
                    file.at("resource")
                            .invalid(
                                    "fieldRef and resourceFieldRef can not be specified"
                                            + " simultaneously");
                }
            } else if (file.has("resourceFieldRef")) {
                EnvRules.resourceFieldRef(file.at("resourceFieldRef"), true);
            } else {
                file.at("fieldRef").required("one of fieldRef and resourceFieldRef is required");
            }
            Values.fileMode(file.at("mode"));
        }
    }
}
