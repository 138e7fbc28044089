package io.felucca.apiserver.rest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses answers piece by piece, at the fastest level: the network is rarely the bottleneck.
 */
final class Gzip implements AutoCloseable {
    /** Below this, upstream does not compress either. */
    static final int MIN_BYTES = 128 * 1024;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
    private final Stream gzip;

    Gzip() {
        try {
            gzip = new Stream(out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory could not be written", e);
        }
    }

    /** Takes more input and gives what output there is by now, possibly nothing. */
    byte[] add(List<ByteBuffer> input) {
        try {
            for (ByteBuffer buffer : input) {
                gzip.write(
                        buffer.array(),
                        buffer.arrayOffset() + buffer.position(),
                        buffer.remaining());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory could not be written", e);
        }
        return take();
    }

    byte[] finish() {
        try {
            gzip.finish();
        } catch (IOException e) {
            throw new UncheckedIOException("memory could not be written", e);
        }
        return take();
    }

    /** Gives the compressor's native memory back. */
    @Override
    public void close() {
        gzip.end();
    }

    static byte[] compress(List<ByteBuffer> input) {
        try (Gzip gzip = new Gzip()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(gzip.add(input));
            all.writeBytes(gzip.finish());
            return all.toByteArray();
        }
    }

    static byte[] decompress(byte[] compressed) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("memory could not be read", e);
        }
    }

    private byte[] take() {
        byte[] bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    private static final class Stream extends GZIPOutputStream {
        Stream(ByteArrayOutputStream out) throws IOException {
            super(out, 16 * 1024);
            def.setLevel(1);
        }

        void end() {
            def.end();
        }
    }
}
