package io.felucca.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Map;

/**
 * One request's stream on an HTTP/2 connection. On the event loop, but for what {@link Wire} says.
 */
// Netty tells of a failed write or close by ending the channel, which is seen elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
final class H2Stream implements Wire {
    /** What Netty may hold of one stream while the client's window is shut. */
    private static final long MAX_HANDED_BYTES = 128 << 10;

    private static final CharSequence CONTINUE = HttpResponseStatus.CONTINUE.codeAsText();

    final Http2FrameStream stream;
    private final H2Connection connection;
    private final ChannelHandlerContext context;
    private final Dates dates;
    private final ArrayDeque<Http2DataFrame> unread = new ArrayDeque<>(0);
    private Call call;
    private boolean reading;
    private boolean answered;
    private boolean reset;
    private long answeredNanos;
    private ChannelFuture lastWrite;
    private volatile long handed;

    H2Stream(
            H2Connection connection,
            ChannelHandlerContext context,
            Http2FrameStream stream,
            Dates dates) {
        this.connection = connection;
        this.context = context;
        this.stream = stream;
        this.dates = dates;
    }

    void begin(Call newCall) {
        call = newCall;
    }

    // --- what comes ---------------------------------------------------------------------------

    /** Takes the frame over. */
    void dataCame(Http2DataFrame frame) {
        unread.add(frame);
        if (reading) {
            readOn();
        }
    }

    /** The request ended with headers, not with data. */
    void endCame() {
        if (unread.isEmpty()) {
            bodyEnded();
        } else {
            unread.add(new DefaultHttp2DataFrame(true));
        }
    }

    @Override
    public void readBody() {
        reading = true;
        readOn();
    }

    private void readOn() {
        int consumed = 0;
        boolean end = false;
        while (!unread.isEmpty() && !reset) {
            Http2DataFrame frame = unread.remove();
            try {
                consumed += frame.initialFlowControlledBytes();
                call.intake.take(frame.content());
                end |= frame.isEndStream();
            } finally {
                frame.release();
            }
        }
        if (consumed > 0 && !reset) {
            // The client may send that much more, on this stream or on another.
            context.write(new DefaultHttp2WindowUpdateFrame(consumed).stream(stream));
            flushSoon();
        }
        if (end) {
            bodyEnded();
        }
    }

    private void bodyEnded() {
        call.intake.end();
    }

    /** The client or the connection has ended the stream. */
    void closed() {
        reset = true;
        unread.forEach(Http2DataFrame::release);
        unread.clear();
        call.gone();
    }

    void roomMade() {
        call.roomMade();
    }

    void sweep(long now, long stallNanos) {
        if (answered && call.intake.isComplete()) {
            // Netty has everything, and the client takes none of it.
            if (now - answeredNanos > stallNanos) {
                abort();
            }
        } else {
            call.sweep(now);
        }
    }

    void listenerCloses() {
        call.listenerCloses();
    }

    // --- what goes ----------------------------------------------------------------------------

    @Override
    public EventExecutor loop() {
        return context.executor();
    }

    @Override
    public boolean roomy() {
        return handed < MAX_HANDED_BYTES && context.channel().isWritable();
    }

    @Override
    public void head(int status, Map<String, String> headers, long length, boolean last) {
        Http2Headers out = new DefaultHttp2Headers();
        out.status(HttpResponseStatus.valueOf(status).codeAsText());
        ResponseHeaders.each(headers, out::add);
        out.set("date", dates.now());
        if (!PlainAnswer.hasNoBody(status)) {
            String declared = length > 0 ? null : ResponseHeaders.declaredLength(headers);
            if (last && declared != null && call.head.isHead()) {
                out.set("content-length", declared);
            } else if (length >= 0) {
                out.set("content-length", Long.toString(length));
            }
        }
        lastWrite = context.write(new DefaultHttp2HeadersFrame(out, last).stream(stream));
    }

    @Override
    public void data(ByteBuf bytes, boolean last, Runnable sent) {
        DefaultHttp2DataFrame frame = new DefaultHttp2DataFrame(bytes, last);
        frame.stream(stream);
        lastWrite = context.write(frame);
        if (sent == null) {
            return;
        }
        int length = bytes.readableBytes();
        addHanded(length);
        lastWrite.addListener(
                done -> {
                    addHanded(-length);
                    sent.run();
                });
    }

    // Only the event loop writes it; others read it.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void addHanded(long bytes) {
        handed += bytes;
    }

    @Override
    public void flushSoon() {
        connection.flushSoon();
    }

    @Override
    public void continue100() {
        Http2Headers interim = new DefaultHttp2Headers().status(CONTINUE);
        context.write(new DefaultHttp2HeadersFrame(interim, false).stream(stream));
        flushSoon();
    }

    @Override
    public void answered() {
        answered = true;
        answeredNanos = System.nanoTime();
        if (call.intake.isComplete()) {
            return;
        }
        if (call.intake.restIsUnwanted()) {
            // The answer is whole; only the request's rest is refused (RFC 9113, 8.1). A reset
            // drops what waits to be sent, so it is sent behind that.
            lastWrite.addListener(done -> reset(Http2Error.NO_ERROR));
        } else {
            readBody();
        }
    }

    @Override
    public void abort() {
        reset(answered ? Http2Error.NO_ERROR : Http2Error.INTERNAL_ERROR);
    }

    void reset(Http2Error why) {
        if (!reset) {
            reset = true;
            context.write(new DefaultHttp2ResetFrame(why).stream(stream));
            flushSoon();
        }
    }

    @Override
    public boolean upgradeable() {
        return false;
    }

    @Override
    public void upgrade(Map<String, String> headers, RawConnection raw) {
        throw new IllegalStateException("HTTP/2 has no upgrade");
    }
}
