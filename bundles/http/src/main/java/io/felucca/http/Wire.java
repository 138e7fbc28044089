package io.felucca.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;

/**
 * One request's way back on its connection. Everything but {@link #loop} and {@link #roomy} is
 * called on the connection's event loop only.
 */
interface Wire {
    EventExecutor loop();

    /** Whether the connection takes more bytes now; from any thread. */
    boolean roomy();

    /**
     * Sends the head.
     *
     * @param length of the body, -1 if it is not known
     * @param last whether no body follows
     */
    void head(int status, Map<String, String> headers, long length, boolean last);

    /** Sends a part of the body and then runs {@code sent}, also when that has failed. */
    void data(ByteBuf bytes, boolean last, Runnable sent);

    /** Sends what was written once the event loop has done what it is at. */
    void flushSoon();

    void continue100();

    /** From now on the request's body goes to {@link Intake#take} as it arrives. */
    void readBody();

    /** The whole answer was written: the next request may come, or the connection ends. */
    void answered();

    /** Breaks the answer off, so that the client can tell that it is not whole. */
    void abort();

    /**
     * Turns the connection into raw bytes.
     *
     * @throws IllegalStateException if the protocol can't
     */
    void upgrade(Map<String, String> headers, RawConnection raw);

    boolean upgradeable();
}
