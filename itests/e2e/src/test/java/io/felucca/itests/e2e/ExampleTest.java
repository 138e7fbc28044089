package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/WRITING-A-CONTROLLER.md, step by step. */
@ExtendWith(Cluster.Resolver.class)
final class ExampleTest {
    private final Cluster cluster;
    private final Kubectl kubectl;

    ExampleTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("example");
    }

    /** Builds a copy, as the reader's edit must not be left in the repository. */
    private Path build(String greeting) throws IOException {
        String script =
                """
                set -e
                rm -rf "$1/docs" && mkdir -p "$1/docs/examples"
                cp -r "$0/docs/examples/greeter" "$1/docs/examples/" && rm -rf "$1/docs/examples/greeter/target"
                ln -sfn "$0/bundles" "$1/bundles" && cp "$0/pom.xml" "$1/pom.xml" && ln -sfn "$0/.mvn" "$1/.mvn"
                cd "$1/docs/examples/greeter"
                grep -q Hello src/main/java/io/felucca/greeter/Greeter.java
                sed -i "s/Hello/$2/" src/main/java/io/felucca/greeter/Greeter.java
                "$0/mvnw" -B -q -ntp package
                """;
        Path place = cluster.home().resolve("example");
        Files.createDirectories(place);
        Run.of(
                        List.of(
                                "bash",
                                "-c",
                                script,
                                cluster.root().toString(),
                                place.toString(),
                                greeting),
                        Map.of(),
                        "",
                        180)
                .ok();
        return place.resolve("docs/examples/greeter/target/greeter-0.1.0-SNAPSHOT.jar");
    }

    private String greeting() {
        return kubectl.ok("get configmap greeting --ignore-not-found -o jsonpath={.data.text}");
    }

    @Test
    void newcomersControllerIsBuiltDeployedAndSwapped() throws IOException {
        kubectl.ok("apply -f " + cluster.root().resolve("docs/examples/greeter/rbac.yaml"));
        Path deployed = cluster.home().resolve("karaf/deploy/greeter.jar");
        Files.copy(build("Hello"), deployed, StandardCopyOption.REPLACE_EXISTING);
        try {
            kubectl.ok("label namespace " + kubectl.namespace() + " greet=sailor");
            Eventually.passes(() -> assertTrue(greeting().contains("Hello"), greeting()));
            assertTrue(greeting().contains("sailor"), greeting());
            Path other = build("Ahoy");
            String words = cluster.shell("felucca:swap greeter " + other);
            assertTrue(words.contains("greeter is now"), words);
            Eventually.passes(() -> assertTrue(greeting().contains("Ahoy"), greeting()));
        } finally {
            Files.delete(deployed);
        }
        Eventually.is(
                "it is uninstalled", () -> !cluster.shell("felucca:parts").contains("greeter "));
        assertEquals("Ahoy", greeting().replaceAll("\\W.*", ""));
    }
}
