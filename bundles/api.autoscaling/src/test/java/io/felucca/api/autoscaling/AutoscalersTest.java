package io.felucca.api.autoscaling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoscalersTest {
    private static final String KIND = "HorizontalPodAutoscaler";
    private static final String MANIFEST =
            """
            metadata:
              name: web
            spec:
              scaleTargetRef:
                apiVersion: apps/v1
                kind: Deployment
                name: web
              maxReplicas: 5
            """;

    private final ResourceFixture newer = ResourceFixture.of(new AutoscalingGroup(), "v2", KIND);
    private final ResourceFixture older = ResourceFixture.of(new AutoscalingGroup(), "v1", KIND);
    private final AutoscalersV1 converter = new AutoscalersV1();

    @Test
    void withoutMetricsProcessorsAreKeptAtEightyPercent() {
        ObjectNode stored = newer.create(MANIFEST);
        assertEquals(1, stored.at("/spec/minReplicas").asInt());
        assertEquals(
                List.of("Deployment/web", "cpu: <unknown>/80%", "1", "5", "0", "AGE"),
                newer.cells(stored));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /spec/maxReplicas | 0 | spec.maxReplicas: Invalid value: 0: must be greater than 0 && spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`
                    /spec/minReplicas | 9 | spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`
                    /spec/scaleTargetRef/kind | "" | spec.scaleTargetRef.kind: Required value
                    /spec/metrics | [{"type":"Pods"}] | spec.metrics[0].pods: Required value: must populate information for the given metric source
                    """)
    void aBrokenRuleIsNamedWithItsPath(String pointer, String value, String messages) {
        assertEquals(List.of(messages.split(" && ")), newer.problems(MANIFEST, pointer, value));
    }

    @Test
    void theOlderVersionShowsTheSameObjectAndLosesNothing() {
        ObjectNode stored = newer.create(MANIFEST);
        ResourceFixture.put(
                stored,
                "/spec/metrics/1",
                "{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"queue\"},"
                        + "\"target\":{\"type\":\"Value\",\"value\":\"30\"}}}");
        stored.put("apiVersion", "autoscaling/v2");
        ObjectNode served = converter.fromStored(stored.deepCopy());
        assertEquals("autoscaling/v1", served.get("apiVersion").asText());
        assertEquals(80, served.at("/spec/targetCPUUtilizationPercentage").asInt());
        assertEquals(stored, converter.toStored(served));
    }

    @Test
    void whatTheOlderVersionCreatesIsStoredAsTheNewer() {
        ObjectNode served = older.create(MANIFEST);
        ResourceFixture.put(served, "/spec/targetCPUUtilizationPercentage", "50");
        ObjectNode stored = converter.toStored(served);
        assertEquals(50, stored.at("/spec/metrics/0/resource/target/averageUtilization").asInt());
        assertEquals("autoscaling/v2", stored.get("apiVersion").asText());
    }
}
