package io.felucca.itests.e2e;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates, changes and deletes ConfigMaps of its own, one write after the other, until the server
 * dies; knows what was acknowledged. Used by one thread at a time.
 */
final class Writer {
    private static final int OBJECTS = 8;
    private static final String ABSENT = "absent";

    private final RawApi api;
    private final String path;
    private final String prefix;
    private final Random random;
    private final Map<String, String> acknowledged = new TreeMap<>();
    private final List<Long> revisions = new ArrayList<>();
    private String pendingName = "";
    private String pendingValue = "";
    private int next;
    private final AtomicInteger writes = new AtomicInteger();

    Writer(RawApi api, String path, String prefix, long seed) {
        this.api = api;
        this.path = path;
        this.prefix = prefix;
        this.random = new Random(seed);
    }

    void writeUntilTheServerDies() {
        while (true) {
            String name = prefix + random.nextInt(OBJECTS);
            boolean there = !acknowledged.getOrDefault(name, ABSENT).equals(ABSENT);
            boolean delete = there && random.nextInt(4) == 0;
            pendingName = name;
            pendingValue = delete ? ABSENT : String.valueOf(++next);
            try {
                RawApi.Answer answer = send(name, there, delete);
                if (answer.status() != (there ? 200 : 201)) {
                    throw new AssertionError(name + ": " + answer);
                }
                if (!delete) {
                    revisions.add(answer.json().at("/metadata/resourceVersion").asLong());
                }
            } catch (UncheckedIOException serverDied) {
                return;
            }
            acknowledged.put(name, pendingValue);
            writes.incrementAndGet();
        }
    }

    private RawApi.Answer send(String name, boolean there, boolean delete) {
        if (delete) {
            return api.delete(path + "/" + name);
        }
        String data = "\"data\":{\"n\":\"" + pendingValue + "\"}";
        if (there) {
            return api.patch(path + "/" + name, "application/merge-patch+json", "{" + data + "}");
        }
        return api.post(
                path,
                "application/json",
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
                        + name
                        + "\"},"
                        + data
                        + "}");
    }

    /** How many writes were acknowledged so far. */
    int writes() {
        return writes.get();
    }

    /** Revisions of the acknowledged writes, other than deletions, which don't tell theirs. */
    List<Long> revisions() {
        return List.copyOf(revisions);
    }

    /**
     * What of the acknowledged is not stored. The write that was under way when the server died may
     * have been stored or not; from here on what is there counts.
     */
    List<String> lost(Map<String, String> stored) {
        List<String> lost = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            String name = prefix + i;
            String expected = acknowledged.getOrDefault(name, ABSENT);
            String found = stored.getOrDefault(name, ABSENT);
            boolean pending = name.equals(pendingName) && found.equals(pendingValue);
            if (!found.equals(expected) && !pending) {
                lost.add(name + " is " + found + " and was acknowledged as " + expected);
            }
            acknowledged.put(name, found);
        }
        return lost;
    }
}
