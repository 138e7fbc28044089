package io.felucca.http.api;

import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** An answer that goes on. Thread-safe; writes keep their order for one caller. */
@ProviderType
public interface ResponseStream extends AutoCloseable {

    /** Sends buffers as they are, not copied. What is written after the end is dropped. */
    void write(List<ByteBuffer> buffers);

    default void write(byte[] bytes) {
        write(List.of(ByteBuffer.wrap(bytes)));
    }

    /** False while the client reads too slowly; then wait for {@link #onWritable}. */
    boolean isWritable();

    /** Runs once, when the stream has become writable again; at once if it is. */
    void onWritable(Runnable action);

    boolean isOpen();

    /**
     * Puts down where the stream is, for a handler that may take it over. The object must be of a
     * class that outlives the handler: a String, a boxed number or a record of an API bundle.
     */
    void checkpoint(Object cursor);

    /** Ends the answer. */
    @Override
    void close();
}
