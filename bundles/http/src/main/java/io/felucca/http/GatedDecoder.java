package io.felucca.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;

/**
 * A request decoder with a gate. While it is shut, bytes stay undecoded: so the next request of a
 * pipeline waits until this one is answered, a body waits until somebody wants it, and what follows
 * a request to upgrade stays the raw bytes that it is. The connection goes on reading a little, for
 * otherwise nobody would notice that the client has gone.
 */
final class GatedDecoder extends HttpRequestDecoder {
    private static final int HELD_BYTES = 64 << 10;

    private final Runnable arrival;
    private ChannelHandlerContext context;
    private boolean shut;
    private boolean decoding;
    private boolean spilling;

    /** {@code arrival} runs when bytes come in. */
    GatedDecoder(Limits limits, Runnable arrival) {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(limits.maxUriBytes())
                        .setMaxHeaderSize(limits.maxHeaderBytes()));
        this.arrival = arrival;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    void shut() {
        shut = true;
    }

    void open() throws Exception {
        shut = false;
        context.channel().config().setAutoRead(true);
        if (!decoding) {
            // Decodes what was held.
            channelRead(context, Unpooled.EMPTY_BUFFER);
        }
    }

    /** Whether undecoded bytes are there. */
    boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    /** From now on whatever comes is dropped. */
    void spill() {
        spilling = true;
        shut = true;
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            if (spilling) {
                bytes.release();
                return;
            }
            arrival.run();
        }
        decoding = true;
        try {
            super.channelRead(ctx, message);
        } finally {
            decoding = false;
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        if (!shut) {
            super.decode(ctx, in, out);
        } else if (in.readableBytes() > HELD_BYTES) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        if (!shut) {
            super.decodeLast(ctx, in, out);
        }
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        // Two lengths are how requests are smuggled past a proxy (RFC 9112, 6.1).
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
