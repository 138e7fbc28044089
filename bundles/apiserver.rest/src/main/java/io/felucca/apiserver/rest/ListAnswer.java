package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ApiServer.ObjectList;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.http.api.ResponseStream;
import io.felucca.machinery.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Splices the bytes of stored objects into a list. Short lists go out whole; long ones piece by
 * piece, as fast as the client reads. One thread at a time.
 */
final class ListAnswer {
    /** Whole up to here; larger answers would pile up in the connection's queue. */
    private static final long MAX_WHOLE_BYTES = 1024 * 1024;

    private static final int PIECE_BYTES = 256 * 1024;
    private static final byte[] COMMA = {','};
    private static final byte[] END = "]}\n".getBytes(StandardCharsets.US_ASCII);

    private final Call call;
    private final byte[] start;
    private final List<StoredObject> items;
    private final Iterator<StoredObject> rest;
    private final Executor executor;
    private final Gzip gzip;
    private boolean begun;

    ListAnswer(Call call, ResourceDefinition definition, ObjectList list, Executor executor) {
        this.call = call;
        this.executor = executor;
        items = list.items();
        rest = items.iterator();
        start =
                ("{\"kind\":\""
                                + definition.listKind()
                                + "\",\"apiVersion\":\""
                                + definition.kind().apiVersion()
                                + "\",\"metadata\":"
                                + new String(
                                        Json.bytes(Shaper.listMetadata(list)),
                                        StandardCharsets.UTF_8)
                                + ",\"items\":[")
                        .getBytes(StandardCharsets.UTF_8);
        gzip = totalBytes() >= Gzip.MIN_BYTES && call.acceptsGzip() ? new Gzip() : null;
    }

    void send() {
        Map<String, String> headers =
                gzip == null
                        ? Map.of()
                        : Map.of("Content-Encoding", "gzip", "Vary", "Accept-Encoding");
        if (totalBytes() <= MAX_WHOLE_BYTES) {
            List<ByteBuffer> body = piece(Long.MAX_VALUE);
            end(body);
            call.respond(200, Representation.JSON, encode(body, true), headers);
            closeGzip();
            return;
        }
        ResponseStream stream = call.stream(Representation.JSON, headers);
        if (stream == null) {
            closeGzip();
        } else {
            pump(stream);
        }
    }

    private void pump(ResponseStream stream) {
        while (stream.isOpen() && rest.hasNext()) {
            if (!stream.isWritable()) {
                stream.onWritable(() -> executor.execute(() -> pump(stream)));
                return;
            }
            List<ByteBuffer> piece = piece(PIECE_BYTES);
            boolean last = !rest.hasNext();
            if (last) {
                end(piece);
            }
            stream.write(encode(piece, last));
        }
        stream.close();
        closeGzip();
    }

    private List<ByteBuffer> piece(long mostBytes) {
        List<ByteBuffer> buffers = new ArrayList<>();
        long bytes = 0;
        boolean comma = begun;
        if (!begun) {
            begun = true;
            buffers.add(ByteBuffer.wrap(start));
        }
        while (rest.hasNext() && bytes < mostBytes) {
            if (comma) {
                buffers.add(ByteBuffer.wrap(COMMA));
            }
            comma = true;
            byte[] json = rest.next().json();
            buffers.add(ByteBuffer.wrap(json));
            bytes += json.length;
        }
        return buffers;
    }

    private static void end(List<ByteBuffer> buffers) {
        buffers.add(ByteBuffer.wrap(END));
    }

    private List<ByteBuffer> encode(List<ByteBuffer> buffers, boolean last) {
        if (gzip == null) {
            return buffers;
        }
        List<ByteBuffer> encoded = new ArrayList<>(2);
        encoded.add(ByteBuffer.wrap(gzip.add(buffers)));
        if (last) {
            encoded.add(ByteBuffer.wrap(gzip.finish()));
        }
        return encoded;
    }

    private void closeGzip() {
        if (gzip != null) {
            gzip.close();
        }
    }

    private long totalBytes() {
        long bytes = start == null ? 0 : start.length;
        for (StoredObject item : items) {
            bytes += item.json().length + 1L;
        }
        return bytes;
    }
}
