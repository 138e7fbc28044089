package io.felucca.controller.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.felucca.client.testing.FakeCluster;
import io.felucca.controller.api.Result;
import io.felucca.testing.FakeClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TokenCleanerTest {
    private final FakeCluster cluster = new FakeCluster();
    private final FakeClock clock = new FakeClock();
    private final TokenCleaner cleaner = new TokenCleaner(cluster, clock);

    private static Secret token(String name, String type, String expiration) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("kube-system")
                .endMetadata()
                .withType(type)
                .addToData(
                        "expiration",
                        Base64.getEncoder()
                                .encodeToString(expiration.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private List<String> names() {
        return cluster.all(Secret.class).stream()
                .map(one -> one.getMetadata().getName())
                .sorted()
                .toList();
    }

    @Test
    void tokensGoWhenTheirTimeIsOver() {
        String type = "bootstrap.kubernetes.io/token";
        cluster.with(
                token("a-over", type, clock.instant().toString()),
                token("b-broken", type, "soon"),
                token("c-later", type, clock.instant().plusSeconds(30).toString()),
                token("d-other", "Opaque", clock.instant().toString()));
        Result result = cleaner.reconcile(TokenCleaner.SWEEP);
        assertEquals(List.of("c-later", "d-other"), names());
        assertEquals(Duration.ofSeconds(30), result.after().orElseThrow());
        clock.advance(Duration.ofSeconds(30));
        assertEquals(
                Duration.ofMinutes(1), cleaner.reconcile(TokenCleaner.SWEEP).after().orElseThrow());
        assertEquals(List.of("d-other"), names());
    }
}
