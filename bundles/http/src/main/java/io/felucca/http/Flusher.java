package io.felucca.http;

import io.netty.channel.ChannelHandlerContext;

/** Flushes a connection once for all that is written in one round of its event loop. */
final class Flusher implements Runnable {
    private final ChannelHandlerContext context;
    private boolean coming;

    Flusher(ChannelHandlerContext context) {
        this.context = context;
    }

    void soon() {
        if (!coming) {
            coming = true;
            context.executor().execute(this);
        }
    }

    @Override
    public void run() {
        coming = false;
        context.flush();
    }
}
