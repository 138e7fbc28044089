package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import io.felucca.metrics.Kind;
import io.felucca.metrics.MetricSet;
import java.util.List;

/** What {@code /version} says, and the metric that says the same. */
final class ServerVersion {
    private static final List<String> LABELS =
            List.of(
                    "build_date",
                    "compiler",
                    "git_commit",
                    "git_tree_state",
                    "git_version",
                    "go_version",
                    "major",
                    "minor",
                    "platform");

    private ServerVersion() {}

    static ObjectNode document() {
        ObjectNode version = Json.object();
        version.put("major", "1");
        version.put("minor", "36");
        version.put("emulationMajor", "1");
        version.put("emulationMinor", "36");
        version.put("minCompatibilityMajor", "1");
        version.put("minCompatibilityMinor", "35");
        version.put("gitVersion", "v1.36.0+felucca");
        version.put("gitCommit", "");
        version.put("gitTreeState", "clean");
        version.put("buildDate", "1970-01-01T00:00:00Z");
        version.put("goVersion", "java" + System.getProperty("java.version"));
        version.put("compiler", "javac");
        version.put("platform", "linux/" + goArchitecture(System.getProperty("os.arch")));
        return version;
    }

    private static String goArchitecture(String java) {
        return java.equals("aarch64") ? "arm64" : java;
    }

    static void show(MetricSet set) {
        ObjectNode version = document();
        set.observed(
                Kind.GAUGE,
                "kubernetes_build_info",
                "Always 1; its labels say what runs.",
                LABELS,
                sink ->
                        sink.value(
                                1L,
                                version.path("buildDate").asText(),
                                version.path("compiler").asText(),
                                version.path("gitCommit").asText(),
                                version.path("gitTreeState").asText(),
                                version.path("gitVersion").asText(),
                                version.path("goVersion").asText(),
                                version.path("major").asText(),
                                version.path("minor").asText(),
                                version.path("platform").asText()));
    }
}
