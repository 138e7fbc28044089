package io.felucca.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamEvent;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/2 connection. It takes Netty's frames directly, without a child channel per stream: a
 * call does for itself what such a channel would do, and a small request costs half as much. On the
 * event loop only.
 */
// Netty tells of a failed write or close by ending the channel, which is seen elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
final class H2Connection extends ChannelInboundHandlerAdapter implements Connection {
    /** Unread bytes of one request's body; twice as much for all of a connection's. */
    private static final int WINDOW_BYTES = 512 << 10;

    /** Streams that a client may reset in ten seconds; one who does it more often floods. */
    private static final int MAX_RESETS = 1000;

    private final Limits limits;
    private final Handlers handlers;
    private final Dates dates;
    private final Peer peer;
    private final IntObjectMap<H2Stream> streams = new IntObjectHashMap<>();
    private ChannelHandlerContext context;
    private Flusher flusher;
    private boolean draining;
    private long idleSince = System.nanoTime();

    H2Connection(Limits limits, Handlers handlers, Dates dates, Peer peer) {
        this.limits = limits;
        this.handlers = handlers;
        this.dates = dates;
        this.peer = peer;
    }

    void addTo(ChannelPipeline pipeline) {
        Http2Settings settings =
                Http2Settings.defaultSettings()
                        .maxConcurrentStreams(Limits.MAX_STREAMS)
                        .initialWindowSize(WINDOW_BYTES)
                        .maxHeaderListSize(limits.maxHeaderBytes());
        Http2FrameCodec codec =
                Http2FrameCodecBuilder.forServer()
                        .initialSettings(settings)
                        .gracefulShutdownTimeoutMillis(limits.drainMillis())
                        .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, 10)
                        .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, 10)
                        .build();
        pipeline.channel().config().setAutoRead(false);
        pipeline.addLast(new ReadGate(limits.stallMillis()), codec, this);
        pipeline.channel().read();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        flusher = new Flusher(ctx);
    }

    void flushSoon() {
        flusher.soon();
    }

    // --- what comes ---------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof Http2HeadersFrame frame) {
            headers(frame);
        } else if (message instanceof Http2DataFrame frame) {
            H2Stream stream = streams.get(frame.stream().id());
            if (stream == null) {
                // Of a stream that was reset; the codec gives its window back.
                frame.release();
            } else {
                stream.dataCame(frame);
            }
        } else if (message instanceof Http2ResetFrame frame) {
            forget(frame.stream());
        } else {
            // Settings, pings and their like: the codec has seen to them.
            ReferenceCountUtil.release(message);
        }
    }

    private void headers(Http2HeadersFrame frame) {
        H2Stream known = streams.get(frame.stream().id());
        if (known != null) {
            // Trailers. What they say is of no use to anybody here; that they end the body is.
            if (frame.isEndStream()) {
                known.endCame();
            }
            return;
        }
        H2Stream stream = new H2Stream(this, context, frame.stream(), dates);
        Http2Headers fields = frame.headers();
        CharSequence path = fields.path();
        Target target = path == null ? null : Target.parse(path.toString());
        boolean sound = target != null && fields.method() != null;
        Call call =
                new Call(
                        stream,
                        new H2Head(fields, sound ? target : new Target("/", "")),
                        peer,
                        limits,
                        handlers,
                        frame.isEndStream());
        stream.begin(call);
        streams.put(frame.stream().id(), stream);
        if (!sound) {
            stream.reset(Http2Error.PROTOCOL_ERROR);
        } else if (path.length() > limits.maxUriBytes()) {
            call.refuse(414, PlainAnswer.HEADERS, H1Rules.message(414));
        } else if (H2Head.unknownExpectation(fields)) {
            call.refuse(417, PlainAnswer.HEADERS, H1Rules.message(417));
        } else {
            handlers.dispatch(call);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof Http2FrameStreamEvent change
                && change.type() == Http2FrameStreamEvent.Type.State
                && change.stream().state() == Http2Stream.State.CLOSED) {
            forget(change.stream());
        }
        super.userEventTriggered(ctx, event);
    }

    private void forget(Http2FrameStream gone) {
        H2Stream stream = streams.remove(gone.id());
        if (stream != null) {
            stream.closed();
            idleSince = System.nanoTime();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        for (H2Stream stream : all()) {
            forget(stream.stream);
        }
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2FrameStreamException broken) {
            H2Stream stream = streams.get(broken.stream().id());
            if (stream != null) {
                stream.reset(broken.error());
            }
        } else if (cause instanceof IOException) {
            ctx.close();
        }
        // The codec itself answers a connection's protocol error with GOAWAY.
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        if (ctx.channel().isWritable()) {
            all().forEach(H2Stream::roomMade);
        }
        super.channelWritabilityChanged(ctx);
    }

    /** A copy: what is done with each may end it. */
    private List<H2Stream> all() {
        return new ArrayList<>(streams.values());
    }

    // --- times --------------------------------------------------------------------------------

    @Override
    public void sweep(long now) {
        if (streams.isEmpty()) {
            long idle = TimeUnit.NANOSECONDS.toMillis(now - idleSince);
            if (idle > limits.idleMillis()) {
                context.close();
            }
            return;
        }
        long stallNanos = TimeUnit.MILLISECONDS.toNanos(limits.stallMillis());
        for (H2Stream stream : all()) {
            stream.sweep(now, stallNanos);
        }
    }

    @Override
    public void drain() {
        if (!draining) {
            draining = true;
            all().forEach(H2Stream::listenerCloses);
            // Sends GOAWAY and closes when the last stream has ended, or at the codec's bound.
            context.channel().close();
        }
    }
}
