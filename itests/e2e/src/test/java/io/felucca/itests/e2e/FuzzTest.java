package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * In dry runs, which do all but store: every field of every built-in type with what should not be
 * there. Each is answered as the client's own fault or taken, none as the server's.
 */
@ExtendWith(Cluster.Resolver.class)
final class FuzzTest {
    private static final int AT_ONCE = 16;

    private final RawApi api;
    private final String namespace;
    private final long seed = new Random().nextLong();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> lists = new ArrayList<>();

    FuzzTest(Cluster cluster) {
        api = cluster.api();
        namespace = cluster.newNamespace("fuzz").namespace();
    }

    /** One request, and where it goes. */
    private static final class Attempt {
        private final String path;
        private final byte[] body;

        Attempt(String path, byte[] body) {
            this.path = path;
            this.body = body;
        }

        @Override
        public String toString() {
            String text = new String(body, StandardCharsets.UTF_8);
            return path + " " + text.substring(0, Math.min(400, text.length()));
        }
    }

    @Test
    void noFieldOfAnyTypeBringsTheServerDown() {
        Queue<Attempt> attempts = new ArrayDeque<>(attempts());
        assertTrue(attempts.size() > 10_000, "only " + attempts.size() + " attempts");
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < AT_ONCE; lane++) {
            lanes.add(CompletableFuture.runAsync(() -> drain(attempts)));
        }
        lanes.forEach(CompletableFuture::join);
        assertEquals(List.of(), faults, "seed " + seed + ", answers by status: " + statuses);
        assertTrue(statuses.getOrDefault(400, 0) > 1000, statuses::toString);
        assertTrue(statuses.getOrDefault(422, 0) > 1000, statuses::toString);
        assertEquals("ok", api.get("/readyz").body());
        for (String list : lists) {
            assertFalse(
                    api.get(list).body().contains("\"name\":\"" + Fuzz.NAME + "\""), "in " + list);
        }
    }

    private void drain(Queue<Attempt> attempts) {
        while (true) {
            Attempt attempt;
            synchronized (attempts) {
                attempt = attempts.poll();
            }
            if (attempt == null) {
                return;
            }
            RawApi.Answer answer = api.send(request(attempt));
            synchronized (this) {
                statuses.merge(answer.status(), 1, Integer::sum);
                if (answer.status() >= 500 || !answer.json().isObject()) {
                    faults.add(attempt + " -> " + answer);
                }
            }
        }
    }

    private HttpRequest request(Attempt attempt) {
        boolean apply = attempt.path.contains("fieldManager");
        return api.request(attempt.path)
                .header("Content-Type", apply ? "application/apply-patch+yaml" : "application/json")
                .method(apply ? "PATCH" : "POST", BodyPublishers.ofByteArray(attempt.body))
                .build();
    }

    private List<Attempt> attempts() {
        List<Attempt> attempts = new ArrayList<>();
        Random random = new Random(seed);
        Map<String, Integer> tried = new HashMap<>();
        for (String root : groupVersions()) {
            String groupVersion = root.replaceFirst("^apis?/", "");
            int slash = groupVersion.indexOf('/');
            JsonNode document = api.get("/openapi/v3/" + root).json();
            Map<String, JsonNode> kinds =
                    Fuzz.kinds(
                            document,
                            slash < 0 ? "" : groupVersion.substring(0, slash),
                            groupVersion.substring(slash + 1));
            for (JsonNode resource : api.get("/" + root).json().path("resources")) {
                String kind = resource.path("kind").asText();
                boolean creates = resource.path("verbs").toString().contains("\"create\"");
                if (creates && !resource.path("name").asText().contains("/")) {
                    Fuzz fuzz = new Fuzz(document.at("/components/schemas"), random, tried);
                    String path = path(root, resource);
                    if (resource.path("verbs").toString().contains("\"list\"")) {
                        lists.add(path);
                    }
                    boolean patches = resource.path("verbs").toString().contains("\"patch\"");
                    String create = path + "?dryRun=All";
                    String apply =
                            path + "/" + Fuzz.NAME + "?dryRun=All&force=true&fieldManager=fuzz";
                    for (byte[] body : fuzz.bodies(groupVersion, kind, kinds.get(kind))) {
                        attempts.add(
                                new Attempt(
                                        patches && random.nextInt(3) == 0 ? apply : create, body));
                    }
                }
            }
        }
        return attempts;
    }

    private List<String> groupVersions() {
        List<String> roots = new ArrayList<>(List.of("api/v1"));
        for (JsonNode group : api.get("/apis").json().path("groups")) {
            for (JsonNode version : group.path("versions")) {
                roots.add("apis/" + version.path("groupVersion").asText());
            }
        }
        return roots;
    }

    private String path(String root, JsonNode resource) {
        String scope = resource.path("namespaced").asBoolean() ? "/namespaces/" + namespace : "";
        return "/" + root + scope + "/" + resource.path("name").asText();
    }
}
