package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.WatchCursor;
import io.felucca.machinery.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures the registry alone, on a store in memory and one thread. Run it by hand; it prints
 * rates, and beside the creates what parsing and writing the same JSON costs.
 */
final class RegistryBench {
    private static final int OBJECTS = 10_000;
    private static final int CURSORS = 1_000;
    private static final int EVENTS = 200;

    private final PrintStream out;

    private RegistryBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        RegistryBench bench =
                new RegistryBench(new PrintStream(new FileOutputStream(FileDescriptor.out), true));
        for (int round = 0; round < Integer.getInteger("rounds", 3); round++) {
            bench.round(round);
        }
    }

    private static byte[] body(int number) {
        ObjectNode boat = Harbour.boat("boat-" + number);
        ObjectNode labels = boat.withObject("/metadata/labels");
        for (int i = 0; i < 5; i++) {
            labels.put("example.com/label-" + i, "value-" + i);
        }
        boat.withObject("/spec").put("berth", "b" + number % 100);
        ArrayNode crew = boat.withObject("/spec").putArray("crew");
        for (int i = 0; i < 25; i++) {
            crew.addObject().put("name", "sailor-with-a-long-name-number-" + i).put("age", 20 + i);
        }
        return Json.bytes(boat);
    }

    private void round(int round) {
        try (Harbour harbour = new Harbour()) {
            out.println("round " + round);
            List<byte[]> bodies = new ArrayList<>();
            for (int i = 0; i < OBJECTS; i++) {
                bodies.add(body(i));
            }
            rate(
                    "parse and write only",
                    OBJECTS,
                    () -> {
                        long bytes = 0;
                        for (byte[] body : bodies) {
                            bytes += Json.bytes(Json.parseObject(body)).length;
                        }
                        return bytes;
                    });
            rate(
                    "create",
                    OBJECTS,
                    () -> {
                        long bytes = 0;
                        for (byte[] body : bodies) {
                            StoredObject created =
                                    Harbour.get(
                                            harbour.server.create(
                                                    Harbour.request("create", ""), body));
                            bytes += created.json().length;
                        }
                        return bytes;
                    });
            rate(
                    "get",
                    OBJECTS,
                    () -> {
                        long bytes = 0;
                        for (int i = 0; i < OBJECTS; i++) {
                            bytes +=
                                    harbour.server
                                            .get(
                                                    Harbour.request("get", "boat-" + i),
                                                    Optional.empty())
                                            .json()
                                            .length;
                        }
                        return bytes;
                    });
            rate("list", 100, () -> lists(harbour, ListOptions.ALL));
            rate(
                    "list by label",
                    100,
                    () -> lists(harbour, Harbour.labels("example.com/label-1=value-1")));
            rate("list by field", 100, () -> lists(harbour, Harbour.fields("spec.berth=b7")));
            fanOut(harbour);
        }
    }

    private static long lists(Harbour harbour, ListOptions options) {
        long bytes = 0;
        for (int i = 0; i < 100; i++) {
            ObjectList list = harbour.server.list(Harbour.request("list", ""), options);
            for (StoredObject object : list.items()) {
                bytes += object.json().length;
            }
        }
        return bytes;
    }

    private void fanOut(Harbour harbour) {
        List<WatchCursor> cursors = new ArrayList<>();
        for (int i = 0; i < CURSORS; i++) {
            cursors.add(harbour.watch(Harbour.from(harbour.store.revision())));
        }
        rate(
                "events to 1,000 cursors",
                EVENTS * CURSORS,
                () -> {
                    long bytes = 0;
                    for (int i = 0; i < EVENTS; i++) {
                        ObjectNode boat = harbour.read("boat-" + i);
                        boat.withObject("/spec").put("masts", i + 1);
                        harbour.update(boat);
                        for (WatchCursor cursor : cursors) {
                            for (WatchCursor.Event event : cursor.poll(10)) {
                                bytes += event.line().length;
                            }
                        }
                    }
                    return bytes;
                });
    }

    private void rate(String what, int times, LongSupplier action) {
        long start = System.nanoTime();
        long bytes = action.getAsLong();
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(
                "  %-26s %,12.0f/s %,10.1f MB/s %8.2f us each%n",
                what, times / seconds, bytes / 1e6 / seconds, seconds * 1e6 / times);
    }
}
