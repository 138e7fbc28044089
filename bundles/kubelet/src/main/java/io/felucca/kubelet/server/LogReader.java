package io.felucca.kubelet.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Reads a container's log as the runtime writes it: a time, the stream, F for a full line or P for
 * a part of one, and the text. Goes on with the new file when the log was rotated. Used by one
 * thread at a time.
 */
final class LogReader implements AutoCloseable {
    private static final int BLOCK = 64 << 10;

    private final Path path;
    private final LogOptions options;
    private final ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private FileChannel file;
    private Object fileKey;
    private long left;

    LogReader(Path path, LogOptions options) throws IOException {
        this.path = path;
        this.options = options;
        this.left = options.limitBytes() < 0 ? Long.MAX_VALUE : options.limitBytes();
        open();
        if (options.tailLines() >= 0) {
            file.position(tailStart(options.tailLines()));
        }
    }

    /** Some more of the log as the client wants it; empty at the end, for now or for good. */
    byte[] next() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < BLOCK && left > 0) {
            buffer.clear();
            int read = file.read(buffer);
            if (read < 0) {
                if (!reopened()) {
                    break;
                }
                continue;
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte one = buffer.get();
                if (one == '\n') {
                    take(line.toByteArray(), out);
                    line.reset();
                } else {
                    line.write(one);
                }
            }
        }
        return out.toByteArray();
    }

    /** Whether the client has got all that it wanted. */
    boolean satisfied() {
        return left <= 0;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void open() throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ);
        fileKey = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** After a rotation the name stands for another file. */
    private boolean reopened() throws IOException {
        if (!Files.exists(path)
                || Files.readAttributes(path, BasicFileAttributes.class)
                        .fileKey()
                        .equals(fileKey)) {
            return false;
        }
        file.close();
        open();
        return true;
    }

    private void take(byte[] raw, ByteArrayOutputStream out) {
        int time = indexOf(raw, 0);
        int stream = time < 0 ? -1 : indexOf(raw, time + 1);
        int tag = stream < 0 ? -1 : indexOf(raw, stream + 1);
        if (tag < 0) {
            // A line that was cut by a crash: nothing to be had from it.
            return;
        }
        if (options.since().isAfter(Instant.MIN) && before(raw, time)) {
            return;
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        if (options.timestamps()) {
            text.write(raw, 0, time + 1);
        }
        text.write(raw, tag + 1, raw.length - tag - 1);
        if (raw[stream + 1] != 'P') {
            text.write('\n');
        }
        int wanted = (int) Math.min(left, text.size());
        out.write(text.toByteArray(), 0, wanted);
        left -= wanted;
    }

    private boolean before(byte[] raw, int end) {
        try {
            String stamp = new String(raw, 0, end, StandardCharsets.US_ASCII);
            return OffsetDateTime.parse(stamp).toInstant().isBefore(options.since());
        } catch (DateTimeException e) {
            return true;
        }
    }

    private static int indexOf(byte[] raw, int from) {
        for (int i = from; i < raw.length; i++) {
            if (raw[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    /** Where the last lines begin, found from the end. */
    private long tailStart(long lines) throws IOException {
        long size = file.size();
        long position = size;
        long seen = 0;
        while (position > 0) {
            long start = Math.max(0, position - BLOCK);
            ByteBuffer block = ByteBuffer.allocate((int) (position - start));
            while (block.hasRemaining()) {
                if (file.read(block, start + block.position()) < 0) {
                    break;
                }
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                boolean last = start + i == size - 1;
                if (block.get(i) == '\n' && !last) {
                    seen++;
                    if (seen >= lines) {
                        return lines == 0 ? size : start + i + 1;
                    }
                }
            }
            position = start;
        }
        return lines == 0 ? size : 0;
    }
}
