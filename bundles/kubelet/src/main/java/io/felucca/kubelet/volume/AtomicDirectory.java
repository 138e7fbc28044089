package io.felucca.kubelet.volume;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files that change all at once: each set is written to a directory of its own, a link {@code
 * ..data} is swapped to it, and the visible names are links through that.
 */
final class AtomicDirectory {
    private static final String DATA = "..data";
    private static final String NEXT = "..data_tmp";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy_MM_dd_HH_mm_ss").withZone(ZoneOffset.UTC);

    /** One file; the bytes are shared, not copied. */
    static final class Content {
        private final byte[] bytes;
        private final int mode;
        private final long owner;

        /**
         * @param mode Unix permission bits
         * @param owner user id, or -1 for root
         */
        Content(byte[] bytes, int mode, long owner) {
            this.bytes = bytes;
            this.mode = mode;
            this.owner = owner;
        }

        byte[] bytes() {
            return bytes;
        }

        int mode() {
            return mode;
        }

        long owner() {
            return owner;
        }
    }

    private final Path directory;
    private final Clock clock;

    AtomicDirectory(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Makes the directory hold exactly these files; nothing is touched if it does.
     *
     * @param files by path relative to the directory
     * @param group of every file, or -1 for root's
     */
    void write(Map<String, Content> files, long group) throws IOException {
        Files.createDirectories(directory);
        Path data = directory.resolve(DATA);
        if (Files.isSymbolicLink(data) && holds(data.toRealPath(), files)) {
            return;
        }
        Path old = Files.isSymbolicLink(data) ? data.toRealPath() : null;
        Path fresh =
                Files.createTempDirectory(directory, ".." + STAMP.format(clock.instant()) + ".");
        Ownership.mode(fresh, 0755);
        for (Map.Entry<String, Content> file : files.entrySet()) {
            Path path = fresh.resolve(file.getKey());
            for (Path made = path.getParent(); !made.equals(fresh); made = made.getParent()) {
                Files.createDirectories(made);
                Ownership.mode(made, 0755);
            }
            Files.write(path, file.getValue().bytes());
            Ownership.mode(path, file.getValue().mode());
            Ownership.own(path, file.getValue().owner(), group);
        }
        Path next = directory.resolve(NEXT);
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, fresh.getFileName());
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        linkNames(files.keySet());
        if (old != null) {
            deleteTree(old);
        }
    }

    private void linkNames(Set<String> paths) throws IOException {
        Set<String> names = new HashSet<>();
        for (String path : paths) {
            names.add(Path.of(path).getName(0).toString());
        }
        for (String name : names) {
            Path link = directory.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.toList()) {
                String name = child.getFileName().toString();
                if (!name.startsWith("..") && !names.contains(name)) {
                    Files.delete(child);
                }
            }
        }
    }

    private static boolean holds(Path current, Map<String, Content> files) throws IOException {
        Set<String> present = new HashSet<>();
        try (Stream<Path> all = Files.walk(current)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                present.add(current.relativize(path).toString());
            }
        }
        if (!present.equals(files.keySet())) {
            return false;
        }
        for (Map.Entry<String, Content> file : files.entrySet()) {
            Path path = current.resolve(file.getKey());
            if (!Arrays.equals(Files.readAllBytes(path), file.getValue().bytes())
                    || Ownership.modeOf(path) != file.getValue().mode()) {
                return false;
            }
        }
        return true;
    }

    /** Links are removed, not followed. */
    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path one, IOException failure)
                            throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.deleteIfExists(one);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
