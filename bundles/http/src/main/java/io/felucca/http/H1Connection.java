package io.felucca.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/1 connection: one request at a time; the next is not even decoded before this one's
 * answer is written, so pipelined answers keep their order. On the event loop only.
 */
// Netty tells of a failed write or close by ending the channel, which is seen elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
final class H1Connection extends ChannelInboundHandlerAdapter implements Wire, Connection {
    private static final long LINGER_MILLIS = 1000;

    private final Limits limits;
    private final Handlers handlers;
    private final Dates dates;
    private final Peer peer;
    private final GatedDecoder decoder;
    private ChannelHandlerContext context;
    private Flusher flusher;

    private Call call;
    private boolean oldClient;
    private boolean keepAlive = true;
    private boolean bodyOpen;
    private boolean answered;
    private boolean closing;
    private boolean upgraded;
    private boolean draining;
    private boolean waitsForRoom;
    private boolean headStarted;
    private boolean firstRequest = true;
    private long waitingSince = System.nanoTime();

    H1Connection(Limits limits, Handlers handlers, Dates dates, Peer peer) {
        this.limits = limits;
        this.handlers = handlers;
        this.dates = dates;
        this.peer = peer;
        decoder = new GatedDecoder(limits, this::bytesArrived);
    }

    void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(decoder, new HttpResponseEncoder(), this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        flusher = new Flusher(ctx);
    }

    // --- what comes ---------------------------------------------------------------------------

    private void bytesArrived() {
        if (call == null && !headStarted) {
            headStarted = true;
            waitingSince = System.nanoTime();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        try {
            if (closing) {
                return;
            }
            if (message instanceof HttpRequest request) {
                if (request.decoderResult().isFailure()) {
                    refuse(H1Rules.statusOf(request.decoderResult().cause()));
                } else {
                    begin(request);
                }
            } else if (message instanceof HttpContent content && bodyOpen) {
                body(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest request) {
        Target target = Target.parse(request.uri());
        int refusal = target == null ? 400 : H1Rules.check(request);
        if (refusal != 0) {
            refuse(refusal);
            return;
        }
        oldClient = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        keepAlive = HttpUtil.isKeepAlive(request);
        answered = false;
        firstRequest = false;
        boolean hasBody =
                HttpUtil.isTransferEncodingChunked(request)
                        || HttpUtil.getContentLength(request, 0L) > 0;
        call = new Call(this, new H1Head(request, target), peer, limits, handlers, !hasBody);
        decoder.shut();
        handlers.dispatch(call);
    }

    private void body(HttpContent content) throws Exception {
        Call current = call;
        if (content.decoderResult().isFailure()) {
            bodyOpen = false;
            if (current.headSent()) {
                abort();
            } else {
                current.refuse(400, PlainAnswer.CLOSE, "the request's body is malformed");
            }
            return;
        }
        current.intake.take(content.content());
        if (content instanceof LastHttpContent && !closing) {
            bodyOpen = false;
            decoder.shut();
            current.intake.end();
            if (call == current && answered) {
                next();
            }
        }
    }

    /** Answers what never became a call. */
    private void refuse(int status) {
        keepAlive = false;
        ByteBuf body =
                Unpooled.wrappedBuffer(PlainAnswer.body(status, H1Rules.message(status)).get(0));
        head(status, PlainAnswer.CLOSE, body.readableBytes(), false);
        data(body, true, null);
        closeSoftly();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        closing = true;
        if (call != null) {
            call.gone();
        }
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Broken connections and broken TLS are everyday things; the client sees the end.
        ctx.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        if (ctx.channel().isWritable()) {
            if (waitsForRoom) {
                waitsForRoom = false;
                openGate();
            } else if (call != null) {
                call.roomMade();
            }
        }
        super.channelWritabilityChanged(ctx);
    }

    // --- what goes ----------------------------------------------------------------------------

    @Override
    public EventExecutor loop() {
        return context.executor();
    }

    @Override
    public boolean roomy() {
        return context.channel().isWritable();
    }

    @Override
    public void head(int status, Map<String, String> headers, long length, boolean last) {
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        HttpHeaders out = response.headers();
        ResponseHeaders.each(headers, out::add);
        out.set(HttpHeaderNames.DATE, dates.now());
        if (length < 0 && !last) {
            if (oldClient) {
                keepAlive = false;
            } else {
                out.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        } else if (!PlainAnswer.hasNoBody(status)) {
            String declared = length > 0 ? null : ResponseHeaders.declaredLength(headers);
            if (last && declared != null && call != null && call.head.isHead()) {
                out.set(HttpHeaderNames.CONTENT_LENGTH, declared);
            } else if (length >= 0) {
                out.set(HttpHeaderNames.CONTENT_LENGTH, length);
            }
        }
        if (draining
                || ResponseHeaders.asksToClose(headers)
                || (call != null && call.intake.restIsUnwanted())) {
            keepAlive = false;
        }
        if (!keepAlive) {
            out.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (oldClient) {
            out.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        context.write(response, context.voidPromise());
        if (last) {
            context.write(LastHttpContent.EMPTY_LAST_CONTENT, context.voidPromise());
        }
    }

    @Override
    public void data(ByteBuf bytes, boolean last, Runnable sent) {
        HttpContent content =
                last ? new DefaultLastHttpContent(bytes) : new DefaultHttpContent(bytes);
        if (sent == null) {
            context.write(content, context.voidPromise());
        } else {
            context.write(content).addListener(done -> sent.run());
        }
    }

    @Override
    public void flushSoon() {
        flusher.soon();
    }

    @Override
    public void continue100() {
        context.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }

    @Override
    public void readBody() {
        bodyOpen = true;
        openGate();
    }

    @Override
    public void answered() {
        answered = true;
        if (!keepAlive) {
            closeSoftly();
        } else if (call.intake.isComplete()) {
            next();
        } else {
            // The rest of the body stands between this answer and the next request.
            readBody();
        }
    }

    private void next() {
        call = null;
        answered = false;
        bodyOpen = false;
        headStarted = decoder.holdsBytes();
        waitingSince = System.nanoTime();
        if (draining) {
            closeSoftly();
        } else if (context.channel().isWritable()) {
            openGate();
        } else {
            // A client that sends requests but reads no answers gets no further.
            waitsForRoom = true;
        }
    }

    private void openGate() {
        try {
            decoder.open();
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
    }

    @Override
    public void abort() {
        closing = true;
        if (roomy()) {
            context.close();
        } else {
            // Behind all that waits, TLS could not even say goodbye.
            context.channel().unsafe().close(context.newPromise());
        }
    }

    /**
     * Closes once all is sent. If the client may still be sending, only this direction at first:
     * otherwise the kernel would throw away the answer together with what nobody reads.
     */
    private void closeSoftly() {
        boolean quiet = call == null ? draining : call.intake.isComplete() && !decoder.holdsBytes();
        closing = true;
        if (quiet) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        decoder.spill();
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> closeOutput());
        context.executor().schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void closeOutput() {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        }
    }

    @Override
    public boolean upgradeable() {
        return true;
    }

    @Override
    public void upgrade(Map<String, String> headers, RawConnection raw) {
        HttpResponse response =
                new DefaultHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        headers.forEach(response.headers()::add);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        context.writeAndFlush(response);
        ChannelPipeline pipeline = context.pipeline();
        call = null;
        upgraded = true;
        pipeline.addLast(raw);
        pipeline.remove(this);
        pipeline.remove(HttpResponseEncoder.class);
        // Last, for it passes on what it holds.
        pipeline.remove(decoder);
        raw.opened();
    }

    // --- times --------------------------------------------------------------------------------

    @Override
    public void sweep(long now) {
        if (closing || upgraded) {
            return;
        }
        if (call != null) {
            call.sweep(now);
            return;
        }
        long waited = TimeUnit.NANOSECONDS.toMillis(now - waitingSince);
        if (waitsForRoom) {
            if (waited > limits.stallMillis()) {
                abort();
            }
        } else if (headStarted) {
            if (waited > limits.headMillis()) {
                refuse(408);
            }
        } else if (waited > (firstRequest ? limits.headMillis() : limits.idleMillis())) {
            context.close();
        }
    }

    @Override
    public void drain() {
        draining = true;
        if (call == null) {
            context.channel().close();
        } else {
            call.listenerCloses();
        }
    }
}
