package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watches see each change once, in order, and say so when they can't. */
@ExtendWith(Cluster.Resolver.class)
final class WatchTest {
    private final Kubectl kubectl;
    private final RawApi api;
    private final String configMaps;

    WatchTest(Cluster cluster) {
        kubectl = cluster.newNamespace("watch");
        api = cluster.api();
        configMaps = "/api/v1/namespaces/" + kubectl.namespace() + "/configmaps";
        Eventually.is("the namespace is furnished", () -> kubectl.exists("cm kube-root-ca.crt"));
    }

    private String listRevision() {
        return api.get(configMaps).json().at("/metadata/resourceVersion").asText();
    }

    private static String describe(JsonNode event) {
        return event.get("type").asText() + " " + event.at("/object/metadata/name").asText();
    }

    private List<String> watch(String query, int events) {
        List<String> seen = new ArrayList<>();
        try (Stream<String> lines = api.watch(configMaps + "?watch=true" + query).body()) {
            Iterator<String> iterator = lines.iterator();
            while (seen.size() < events && iterator.hasNext()) {
                seen.add(describe(RawApi.parse(iterator.next())));
            }
        }
        return seen;
    }

    @Test
    void watchFromARevisionSeesWhatHappenedSince() {
        String revision = listRevision();
        kubectl.ok("create configmap one");
        kubectl.ok("label configmap one a=b");
        kubectl.ok("create configmap two");
        kubectl.ok("delete configmap one");
        assertEquals(
                List.of("ADDED one", "MODIFIED one", "ADDED two", "DELETED one"),
                watch("&resourceVersion=" + revision, 4));
    }

    @Test
    void objectsThatLeaveTheSelectorAreDeletedForTheWatcher() {
        String revision = listRevision();
        kubectl.ok("create configmap one");
        kubectl.ok("label configmap one a=b");
        kubectl.ok("label configmap one a-");
        assertEquals(
                List.of("ADDED one", "DELETED one"),
                watch("&labelSelector=a%3Db&resourceVersion=" + revision, 2));
    }

    @Test
    void watchWithoutARevisionBeginsWithWhatIsThere() {
        assertEquals(List.of("ADDED kube-root-ca.crt"), watch("", 1));
    }

    @Test
    void bookmarkEndsTheInitialEvents() {
        List<JsonNode> events = new ArrayList<>();
        String query =
                "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
                        + "&resourceVersionMatch=NotOlderThan";
        try (Stream<String> lines = api.watch(configMaps + query).body()) {
            lines.limit(2).map(RawApi::parse).forEach(events::add);
        }
        assertEquals("ADDED kube-root-ca.crt", describe(events.get(0)));
        assertEquals("BOOKMARK", events.get(1).get("type").asText());
        assertEquals(
                "true",
                events.get(1)
                        .at("/object/metadata/annotations/k8s.io~1initial-events-end")
                        .asText());
    }

    @Test
    void timeOutEndsTheWatch() {
        try (Stream<String> lines =
                api.watch(
                                configMaps
                                        + "?watch=true&timeoutSeconds=1&resourceVersion="
                                        + listRevision())
                        .body()) {
            assertEquals(0, lines.count());
        }
    }

    @Test
    void revisionOfTheFutureIsRefused() {
        long future = Long.parseLong(listRevision()) + 1_000_000;
        RawApi.Answer answer = api.get(configMaps + "?resourceVersion=" + future);
        assertEquals(504, answer.status(), answer::toString);
        assertTrue(answer.message().startsWith("Too large resource version"), answer::toString);
    }

    @Test
    void brokenRevisionIsRefused() {
        RawApi.Answer answer = api.get(configMaps + "?watch=true&resourceVersion=soon");
        assertEquals(400, answer.status(), answer::toString);
    }

    @Test
    void continuingFromAForgottenPageIsGone() {
        RawApi.Answer answer = api.get(configMaps + "?limit=1&continue=bm90LWEtdG9rZW4");
        assertEquals(400, answer.status(), answer::toString);
    }

    @Test
    void pagesTogetherAreTheList() {
        kubectl.ok("create configmap a");
        kubectl.ok("create configmap b");
        List<String> names = new ArrayList<>();
        String more = "";
        do {
            JsonNode page = api.get(configMaps + "?limit=1&continue=" + more).json();
            page.get("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
            more = page.at("/metadata/continue").asText();
        } while (!more.isEmpty());
        assertEquals(List.of("a", "b", "kube-root-ca.crt"), names);
    }
}
