package io.felucca.apiserver.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.machinery.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadingsTest {
    private final AtomicInteger reads = new AtomicInteger();
    private final Readings<Integer> readings =
            new Readings<>(
                    tree -> {
                        reads.incrementAndGet();
                        return tree.path("size").asInt();
                    });

    @SuppressWarnings("ArrayRecordComponent")
    private record Stored(String namespace, String name, byte[] json) implements StoredObject {
        static Stored of(String namespace, String name, int size) {
            return new Stored(namespace, name, Json.bytes(Json.object().put("size", size)));
        }

        @Override
        public String uid() {
            return "";
        }

        @Override
        public long revision() {
            return 1;
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }

        @Override
        public List<String> ownerUids() {
            return List.of();
        }
    }

    @Test
    void anObjectIsReadOnceAsLongAsItStaysTheSame() {
        Stored first = Stored.of("a", "x", 1);
        assertEquals(1, readings.of(first));
        assertEquals(1, readings.of(first));
        assertEquals(1, reads.get());
        assertEquals(2, readings.of(Stored.of("a", "x", 2)));
        assertEquals(1, readings.of(first));
        assertEquals(3, reads.get());
    }

    @Test
    void objectsAreToldApartByNamespaceAndName() {
        assertEquals(1, readings.of(Stored.of("a", "x", 1)));
        assertEquals(2, readings.of(Stored.of("b", "x", 2)));
        assertEquals(3, readings.of(Stored.of("a", "y", 3)));
    }

    @Test
    void whatIsRememberedIsBoundedAndRightAllTheSame() {
        for (int i = 0; i < 10_000; i++) {
            assertEquals(i, readings.of(Stored.of("a", "object-" + i, i)));
        }
        assertEquals(7, readings.of(Stored.of("a", "object-7", 7)));
    }
}
