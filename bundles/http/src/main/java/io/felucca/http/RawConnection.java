package io.felucca.http;

import io.felucca.http.api.RawChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An upgraded connection. The handler's side may be used from any thread, before it is open too.
 */
// Netty tells of a failed write or close by ending the channel, which is seen elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
final class RawConnection extends ChannelInboundHandlerAdapter implements RawChannel, Outbox.Sink {
    private final EventExecutor loop;
    private final long stallMillis;
    private final Outbox outbox = new Outbox(this);

    // The event loop's own.
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private Flusher flusher;
    private boolean delivering;

    // Guarded by this.
    private Consumer<ByteBuffer> reader;
    private boolean readingOn = true;
    private boolean closed;
    private final List<Runnable> closeActions = new ArrayList<>();
    private Runnable onWritability = () -> {};

    /** {@code stallMillis}: how long the peer may take to read what is left when it is closed. */
    RawConnection(EventExecutor loop, long stallMillis) {
        this.loop = loop;
        this.stallMillis = stallMillis;
    }

    // --- the handler's side -------------------------------------------------------------------

    @Override
    public void onBytes(Consumer<ByteBuffer> newReader) {
        synchronized (this) {
            reader = newReader;
        }
        run(this::deliver);
    }

    @Override
    public void reading(boolean on) {
        synchronized (this) {
            readingOn = on;
        }
        run(this::deliver);
    }

    @Override
    public void write(ByteBuffer bytes) {
        outbox.offer(Unpooled.wrappedBuffer(bytes));
        outbox.kick();
    }

    @Override
    public boolean isWritable() {
        return outbox.isWritable();
    }

    @Override
    public synchronized void onWritabilityChange(Runnable action) {
        onWritability = action;
    }

    @Override
    public void onClose(Runnable action) {
        synchronized (this) {
            if (!closed) {
                closeActions.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public void close() {
        outbox.end();
        outbox.kick();
        run(this::closeInTime);
    }

    // --- on the event loop --------------------------------------------------------------------

    private void closeInTime() {
        if (context != null && context.channel().isActive()) {
            Future<?> last =
                    loop.schedule(
                            () -> context.channel().unsafe().close(context.newPromise()),
                            stallMillis,
                            TimeUnit.MILLISECONDS);
            context.channel().closeFuture().addListener(done -> last.cancel(false));
        }
    }

    /** The client had gone before the upgrade. */
    void neverOpened() {
        ended(List.of());
    }

    /** The connection's HTTP handlers are gone and the 101 is written. */
    void opened() {
        outbox.start();
        deliver();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        flusher = new Flusher(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            unread.add(bytes);
            deliver();
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void deliver() {
        if (delivering || context == null) {
            return;
        }
        delivering = true;
        try {
            Consumer<ByteBuffer> to = readerNow();
            while (to != null && !unread.isEmpty()) {
                ByteBuf bytes = unread.remove();
                try {
                    give(bytes, to);
                } finally {
                    bytes.release();
                }
                to = readerNow();
            }
            context.channel().config().setAutoRead(to != null);
        } finally {
            delivering = false;
        }
    }

    private void give(ByteBuf bytes, Consumer<ByteBuffer> to) {
        for (ByteBuffer each : bytes.nioBuffers()) {
            Handlers.runSafely(() -> to.accept(each));
        }
    }

    private synchronized Consumer<ByteBuffer> readerNow() {
        return readingOn ? reader : null;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        outbox.pump();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended(outbox.close());
        unread.forEach(ByteBuf::release);
        unread.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A connection that breaks is an everyday thing; both sides see it end.
        ctx.close();
    }

    private void ended(List<Runnable> alsoWaiting) {
        List<Runnable> actions = new ArrayList<>(alsoWaiting);
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            actions.addAll(closeActions);
            closeActions.clear();
        }
        actions.forEach(Handlers::runSafely);
    }

    // --- the outbox's side --------------------------------------------------------------------

    @Override
    public void run(Runnable onLoop) {
        if (loop.inEventLoop()) {
            onLoop.run();
            return;
        }
        try {
            loop.execute(onLoop);
        } catch (RejectedExecutionException e) {
            // The server has ended, and this connection with it.
            ended(outbox.close());
        }
    }

    @Override
    public boolean hasRoom() {
        return context.channel().isWritable();
    }

    @Override
    public void data(ByteBuf bytes, boolean last, Runnable sent) {
        context.write(bytes).addListener(done -> sent.run());
    }

    @Override
    public void flushSoon() {
        flusher.soon();
    }

    @Override
    public void ended() {
        // TLS drops what has been written but not flushed when it is closed: flush, then close.
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void overflowed() {
        context.close();
    }

    @Override
    public void writabilityChanged() {
        Runnable action;
        synchronized (this) {
            action = onWritability;
        }
        Handlers.runSafely(action);
    }
}
