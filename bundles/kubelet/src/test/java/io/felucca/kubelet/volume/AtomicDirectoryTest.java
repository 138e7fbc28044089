package io.felucca.kubelet.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.kubelet.volume.AtomicDirectory.Content;
import io.felucca.testing.FakeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicDirectoryTest {
    @TempDir Path directory;

    @Test
    void allFilesChangeAtOnceAndOldOnesGo() throws IOException {
        AtomicDirectory files = new AtomicDirectory(directory, new FakeClock());
        files.write(Map.of("a", content("1"), "sub/b", content("2")), -1);
        assertEquals("1", Files.readString(directory.resolve("a")));
        assertEquals("2", Files.readString(directory.resolve("sub/b")));
        files.write(Map.of("a", content("3")), -1);
        assertEquals("3", Files.readString(directory.resolve("a")));
        assertFalse(Files.isSymbolicLink(directory.resolve("sub")));
        try (Stream<Path> all = Files.list(directory)) {
            // The link to the data, the data, and one name.
            assertEquals(3, all.count());
        }
    }

    @Test
    void sameContentIsNotWrittenAgain() throws IOException {
        AtomicDirectory files = new AtomicDirectory(directory, new FakeClock());
        files.write(Map.of("a", content("1")), -1);
        Path before = directory.resolve("..data").toRealPath();
        files.write(Map.of("a", content("1")), -1);
        assertEquals(before, directory.resolve("..data").toRealPath());
        files.write(Map.of("a", new Content(bytes("1"), 0600, -1)), -1);
        assertFalse(before.equals(directory.resolve("..data").toRealPath()));
    }

    @Test
    void subPathsStayWithinTheirVolume() throws IOException, VolumeException {
        Path volume = Files.createDirectories(directory.resolve("volume"));
        assertEquals(volume.toRealPath().resolve("x/y"), SubPaths.resolve(volume, "x/y"));
        assertTrue(Files.isDirectory(volume.resolve("x/y")));
        Files.createSymbolicLink(volume.resolve("out"), Path.of("/etc"));
        assertThrows(VolumeException.class, () -> SubPaths.resolve(volume, "out/passwd"));
        assertThrows(VolumeException.class, () -> SubPaths.resolve(volume, "../volume"));
        assertThrows(VolumeException.class, () -> SubPaths.resolve(volume, "/etc"));
    }

    private static Content content(String text) {
        return new Content(bytes(text), 0644, -1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
