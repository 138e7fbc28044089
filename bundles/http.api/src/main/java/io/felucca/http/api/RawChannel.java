package io.felucca.http.api;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** Both directions of an upgraded connection. It outlives a swap of the handler that made it. */
@ProviderType
public interface RawChannel extends AutoCloseable {

    /** Takes the bytes that arrive, in order; a buffer is the reader's only during the call. */
    void onBytes(Consumer<ByteBuffer> reader);

    /** Stops or resumes reading from the peer, for back-pressure. */
    void reading(boolean on);

    void write(ByteBuffer bytes);

    boolean isWritable();

    /** Runs each time the channel's writability changes. */
    void onWritabilityChange(Runnable action);

    /** Runs when the peer has gone, at once if it has. */
    void onClose(Runnable action);

    @Override
    void close();
}
