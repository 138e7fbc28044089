package io.felucca.apiserver.admission.eventratelimit;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import io.felucca.testing.FakeClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EventRateLimitTest {
    private static final GroupVersionResource CORE = new GroupVersionResource("", "v1", "events");
    private static final GroupVersionResource EVENTS =
            new GroupVersionResource("events.k8s.io", "v1", "events");

    private final FakeClock clock = new FakeClock();
    private final AdmissionFixture fixture = new AdmissionFixture();

    @Test
    void moreThanTheBurstIsRefusedUntilTokensHaveComeAgain() {
        EventRateLimit plugin = new EventRateLimit(clock, "Server:qps=2,burst=3");
        for (int i = 0; i < 3; i++) {
            create(plugin, "shop", "web");
        }
        assertRefused(
                "Too many requests: limit reached on type Server for key ",
                () -> create(plugin, "shop", "web"));
        clock.advance(Duration.ofMillis(499));
        assertRefused(
                "Too many requests: limit reached on type Server for key ",
                () -> create(plugin, "shop", "web"));
        clock.advance(Duration.ofMillis(1));
        create(plugin, "shop", "web");
    }

    @Test
    void aNamespaceDoesNotUseUpAnothersTokens() {
        EventRateLimit plugin = new EventRateLimit(clock, "Namespace:qps=1,burst=1");
        create(plugin, "shop", "web");
        create(plugin, "bank", "web");
        assertRefused(
                "Too many requests: limit reached on type Namespace for key shop",
                () -> create(plugin, "shop", "web"));
    }

    @Test
    void bothFormsOfAnEventAboutAnObjectShareItsTokens() {
        EventRateLimit plugin = new EventRateLimit(clock, "SourceAndObject:qps=1,burst=2");
        create(plugin, "shop", "web");
        create(plugin, "shop", "api");
        plugin.validate(
                fixture.create(
                        EVENTS,
                        json(
                                "{'metadata':{'namespace':'shop','name':'e'},'regarding':{'kind':'Pod',"
                                    + "'namespace':'shop','name':'web'},'deprecatedSource':"
                                    + "{'component':'kubelet','host':'n1'}}")));
        assertRefused(
                "Too many requests: limit reached on type SourceAndObject for key"
                        + " kubeletn1Podshopweb",
                () -> create(plugin, "shop", "web"));
        create(plugin, "shop", "api");
    }

    @Test
    void allLimitsThatAreReachedAreNamed() {
        EventRateLimit plugin =
                new EventRateLimit(clock, "Namespace:qps=1,burst=1", "User:qps=1,burst=1");
        create(plugin, "shop", "web");
        assertRefused(
                "Too many requests: [limit reached on type Namespace for key shop, limit reached on"
                        + " type User for key jane]",
                () -> create(plugin, "shop", "web"));
    }

    @Test
    void theKeyUsedLongestAgoIsForgotten() {
        EventRateLimit plugin = new EventRateLimit(clock, "Namespace:qps=1,burst=1,cacheSize=1");
        create(plugin, "shop", "web");
        create(plugin, "bank", "web");
        create(plugin, "shop", "web");
    }

    @Test
    void otherObjectsDeletionsAndDryRunsAreNotCounted() {
        EventRateLimit plugin = new EventRateLimit(clock, "Server:qps=1,burst=1");
        create(plugin, "shop", "web");
        assertDoesNotThrow(
                () ->
                        plugin.validate(
                                fixture.create(
                                        new GroupVersionResource("", "v1", "pods"), json("{}"))));
        assertDoesNotThrow(() -> plugin.validate(fixture.delete(CORE, json("{}"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Pod:qps=1,burst=1|limits: the type of \"Pod:qps=1,burst=1\" must be one of"
                        + " [Server, Namespace, User, SourceAndObject]",
                "Server:burst=1|limits: \"Server:burst=1\" must be Type:qps=N,burst=N,cacheSize=N",
                "Server:qps=0,burst=1|limits: qps and burst of \"Server:qps=0,burst=1\" must be"
                        + " greater than 0"
            })
    void aLimitThatMakesNoSenseIsRefusedAtOnce(String limit, String message) {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class, () -> new EventRateLimit(clock, limit));
        assertEquals(message, refused.getMessage());
    }

    private void create(EventRateLimit plugin, String namespace, String pod) {
        plugin.validate(
                fixture.create(
                        CORE,
                        json(
                                "{'metadata':{'namespace':'"
                                        + namespace
                                        + "','name':'e'},'involvedObject':{'kind':'Pod','namespace':'"
                                        + namespace
                                        + "','name':'"
                                        + pod
                                        + "'},'source':{'component':'kubelet','host':'n1'}}")));
    }

    private static void assertRefused(String message, Runnable action) {
        ApiException refused = assertThrows(ApiException.class, action::run);
        assertEquals(429, refused.status().code());
        assertEquals(message, refused.status().message());
    }
}
