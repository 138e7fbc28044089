package io.felucca.kubelet.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogReaderTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    @TempDir Path directory;

    @Test
    void partsAreJoinedAndTimesAreShownOnDemand() throws IOException {
        Path log =
                log(
                        """
                        2026-01-01T00:00:01.5Z stdout P one\s
                        2026-01-01T00:00:01.6Z stdout F two
                        2026-01-01T00:00:02Z stderr F three
                        broken
                        """);
        assertEquals("one two\nthree\n", read(log, ""));
        assertEquals(
                "2026-01-01T00:00:02Z three\n",
                read(log, "timestamps=true&sinceTime=2026-01-01T00:00:02Z"));
        assertEquals("three\n", read(log, "sinceSeconds=58"));
    }

    @Test
    void tailIsCountedFromTheEnd() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            lines.append("2026-01-01T00:00:01Z stdout F line ").append(i).append('\n');
        }
        Path log = log(lines.toString());
        assertEquals("line 4998\nline 4999\n", read(log, "tailLines=2"));
        assertEquals("", read(log, "tailLines=0"));
        assertEquals("line", read(log, "tailLines=3000&limitBytes=4"));
        assertEquals(5000, read(log, "tailLines=9000").lines().count());
    }

    @Test
    void readerGoesOnInTheNewFileAfterARotation() throws IOException {
        Path log = log("2026-01-01T00:00:01Z stdout F old\n");
        try (LogReader reader = new LogReader(log, options("follow=true"))) {
            assertEquals("old\n", text(reader.next()));
            assertEquals("", text(reader.next()));
            Files.move(log, log.resolveSibling("0.log.1"));
            log("2026-01-01T00:00:03Z stdout F new\n");
            assertEquals("new\n", text(reader.next()));
        }
    }

    private Path log(String content) throws IOException {
        Path log = directory.resolve("0.log");
        Files.writeString(log, content);
        return log;
    }

    private static String read(Path log, String query) throws IOException {
        StringBuilder all = new StringBuilder();
        try (LogReader reader = new LogReader(log, options(query))) {
            byte[] some = reader.next();
            while (some.length > 0) {
                all.append(text(some));
                some = reader.next();
            }
        }
        return all.toString();
    }

    private static LogOptions options(String query) {
        return LogOptions.of(Query.parse(query), NOW);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
