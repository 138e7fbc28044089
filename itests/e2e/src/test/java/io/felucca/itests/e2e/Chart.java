package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Manifests as a chart renders them, in two releases: a line that ends with {@code #1} or {@code
 * #2} is in that one only, and {@code @name@} is the place of a value.
 */
final class Chart {
    /** The kinds in the order in which Helm installs them. */
    private static final List<String> ORDER =
            List.of(
                    "NetworkPolicy",
                    "PodDisruptionBudget",
                    "ServiceAccount",
                    "Secret",
                    "ConfigMap",
                    "PersistentVolumeClaim",
                    "CustomResourceDefinition",
                    "ClusterRole",
                    "ClusterRoleBinding",
                    "Role",
                    "RoleBinding",
                    "Service",
                    "DaemonSet",
                    "Deployment",
                    "HorizontalPodAutoscaler",
                    "StatefulSet",
                    "Job",
                    "CronJob",
                    "IngressClass",
                    "Ingress",
                    "MutatingWebhookConfiguration",
                    "ValidatingWebhookConfiguration");

    private static final Pattern KIND = Pattern.compile("(?m)^kind: (\\w+)$");

    private final String release;
    private final String namespace;
    private final String text;

    Chart(String name, String namespace) {
        this.release = name + "-" + namespace.replaceAll(".*?-", "");
        this.namespace = namespace;
        try (InputStream in = Chart.class.getResourceAsStream("/charts/" + name + ".yaml")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The release's name, which is also a label of all its objects. */
    String release() {
        return release;
    }

    /**
     * @param number 1 or 2
     */
    String manifest(int number, String caBundle) {
        String rendered =
                text.lines()
                        .filter(line -> !line.endsWith(number == 1 ? "   #2" : "   #1"))
                        .map(line -> line.replaceFirst(" +#[12]$", ""))
                        .collect(Collectors.joining("\n", "", "\n"))
                        .replace("@release@", release)
                        .replace("@namespace@", namespace)
                        .replace("@image@", Images.BUSYBOX)
                        .replace("@caBundle@", caBundle);
        assertEquals(-1, rendered.indexOf('@' + "{"), rendered);
        return List.of(rendered.split("(?m)^---\n")).stream()
                .sorted(Comparator.comparingInt(Chart::place))
                .collect(Collectors.joining("---\n"));
    }

    /** Custom resources last. */
    private static int place(String document) {
        Matcher kind = KIND.matcher(document);
        int known = kind.find() ? ORDER.indexOf(kind.group(1)) : -1;
        return known < 0 ? ORDER.size() : known;
    }
}
