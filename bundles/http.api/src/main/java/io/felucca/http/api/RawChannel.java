package io.felucca.http.api;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Both directions of an upgraded connection. It outlives a swap of the handler that made it.
 * Thread-safe; callbacks run on an event loop and must not block.
 */
@ProviderType
public interface RawChannel extends AutoCloseable {

    /**
     * Takes the bytes that arrive, in order; a buffer is the reader's only during the call. Nothing
     * is read from the peer before a reader is there, and nothing is lost. A later reader replaces
     * the former.
     */
    void onBytes(Consumer<ByteBuffer> reader);

    /** Stops or resumes reading from the peer, for back-pressure; on at first. */
    void reading(boolean on);

    /** Sends the buffer as it is, not copied; after the end it is dropped. */
    void write(ByteBuffer bytes);

    /**
     * False while the peer reads too slowly. Who goes on writing loses the connection at 64 MiB.
     */
    boolean isWritable();

    /** Runs each time the channel's writability changes. */
    void onWritabilityChange(Runnable action);

    /** Runs when the peer has gone, at once if it has. */
    void onClose(Runnable action);

    /** Closes the connection once what was written is sent. */
    @Override
    void close();
}
