package io.felucca.apiserver.audit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/**
 * JSON lines in a file that only its owner may read. When it grows too large it is renamed after
 * the time, as upstream's, and the oldest of those go. For one thread.
 */
final class LogFile implements QueuedBackend.Sink {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);

    private final Path file;
    private final long maxBytes;
    private final int maxBackups;
    private final Clock clock;
    private OutputStream out;
    private long written;

    /**
     * @param maxBytes 0 for no bound
     * @param maxBackups 0 for all
     */
    LogFile(Path file, long maxBytes, int maxBackups, Clock clock) throws IOException {
        this.file = file.toAbsolutePath();
        this.maxBytes = maxBytes;
        this.maxBackups = maxBackups;
        this.clock = clock;
        Files.createDirectories(this.file.getParent());
        open();
    }

    private void open() throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        written = Files.size(file);
        out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.APPEND));
    }

    @Override
    public void write(List<byte[]> events) throws IOException {
        for (byte[] event : events) {
            if (maxBytes > 0 && written > 0 && written + event.length + 1 > maxBytes) {
                rotate();
            }
            out.write(event);
            out.write('\n');
            written += event.length + 1;
        }
        out.flush();
    }

    private void rotate() throws IOException {
        out.close();
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        String ending = dot < 0 ? "" : name.substring(dot);
        Files.move(file, file.resolveSibling(stem + "-" + STAMP.format(clock.instant()) + ending));
        if (maxBackups > 0) {
            for (Path old : backups(stem + "-", ending)) {
                Files.delete(old);
            }
        }
        open();
    }

    /** Those that are too many, the names telling their age. */
    private List<Path> backups(String start, String ending) throws IOException {
        try (Stream<Path> all = Files.list(file.getParent())) {
            List<Path> sorted =
                    all.filter(one -> one.getFileName().toString().startsWith(start))
                            .filter(one -> one.getFileName().toString().endsWith(ending))
                            .sorted()
                            .toList();
            return sorted.subList(0, Math.max(0, sorted.size() - maxBackups));
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
