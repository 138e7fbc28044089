package io.felucca.http.api;

import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** An answer that goes on. Thread-safe; writes keep their order for one caller. */
@ProviderType
public interface ResponseStream extends AutoCloseable {

    /**
     * Sends buffers as they are, not copied. What is written after the end is dropped. Who goes on
     * writing while the client does not read (see {@link #isWritable}) loses the stream at 64 MiB.
     */
    void write(List<ByteBuffer> buffers);

    default void write(byte[] bytes) {
        write(List.of(ByteBuffer.wrap(bytes)));
    }

    /**
     * {@link #write(List)} and {@link #checkpoint} in one step: a handler that takes the stream
     * over finds both done or neither, so nothing is sent twice and nothing is left out.
     */
    void write(List<ByteBuffer> buffers, Object cursor);

    /** False while the client reads too slowly; then wait for {@link #onWritable}. */
    boolean isWritable();

    /**
     * Runs once, when the stream has become writable again; at once if it is. It also runs when the
     * stream ends, so that nobody waits forever.
     */
    void onWritable(Runnable action);

    /** False once it was closed, the client has gone, or another handler has taken it over. */
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
