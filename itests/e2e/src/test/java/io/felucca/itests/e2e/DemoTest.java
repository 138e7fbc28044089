package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code ./felucca demo}, which ends well only when both tiers answer. */
@ExtendWith(Cluster.Resolver.class)
final class DemoTest {
    private final Cluster cluster;

    DemoTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void demoAnswersAndGoesAgain() {
        String words = cluster.launcher("demo").ok();
        assertTrue(
                words.contains("The demo answers at http://" + cluster.setting("node.ip")), words);
        assertTrue(cluster.kubectl().in("demo").ok("get deployment front").contains("2/2"));
        cluster.launcher("demo", "--delete").ok();
        assertTrue(!cluster.kubectl().exists("namespace demo"));
    }
}
