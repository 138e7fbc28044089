package io.felucca.http;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletionStage;

/**
 * What becomes of a request's body: it is collected for a handler that asks for it; what nobody
 * asks for, or no longer, is dropped. On the event loop only, but for what says otherwise.
 */
final class Intake {
    private final Call call;

    // Guarded by this.
    private RequestBody body;

    // Written on the event loop only.
    private volatile boolean complete;

    private boolean continueOwed;
    private long discarded;

    Intake(Call call, boolean complete) {
        this.call = call;
        this.complete = complete;
        continueOwed = !complete && call.head.expectsContinue();
    }

    /** The handler wants the body. From any thread; only the first call's bound counts. */
    synchronized CompletionStage<byte[]> ask(int maxBytes) {
        if (body == null) {
            RequestBody fresh = new RequestBody(maxBytes, call.head.contentLength());
            body = fresh;
            call.run(() -> start(fresh, maxBytes));
        }
        return body.whole;
    }

    private void start(RequestBody wanted, int maxBytes) {
        if (call.isGone()) {
            wanted.fail("the client has gone, or was answered");
        } else if (call.head.contentLength() > maxBytes) {
            wanted.tooLarge();
        } else if (complete) {
            wanted.end();
        } else {
            if (continueOwed && !call.headSent()) {
                call.wire.continue100();
            }
            continueOwed = false;
            call.wire.readBody();
        }
    }

    /** Takes a part that the wire has read; the wire releases it. */
    void take(ByteBuf part) {
        RequestBody wanted = wanted();
        if (wanted != null) {
            wanted.add(part);
            return;
        }
        discarded += part.readableBytes();
        if (discarded > Limits.MAX_DISCARDED_BYTES && call.isGone()) {
            call.wire.abort();
        }
    }

    /** The request has come to its end. */
    void end() {
        complete = true;
        RequestBody wanted = wanted();
        if (wanted != null) {
            wanted.end();
        }
    }

    void fail(String why) {
        RequestBody wanted = wanted();
        if (wanted != null) {
            wanted.fail(why);
        }
    }

    /** Null if nobody wants it, or not any more. */
    private synchronized RequestBody wanted() {
        return body != null && body.isOpen() ? body : null;
    }

    boolean isTooSlow(long now, long bodyNanos) {
        RequestBody wanted = wanted();
        return wanted != null && wanted.isTooSlow(now, bodyNanos);
    }

    /** Whether the whole request has come; from any thread. */
    boolean isComplete() {
        return complete;
    }

    /** Whether the rest of the request is not worth reading once it is answered. */
    boolean restIsUnwanted() {
        return !complete
                && (continueOwed
                        || call.head.contentLength() - discarded > Limits.MAX_DISCARDED_BYTES);
    }
}
