package io.felucca.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Reads no more from a client that does not take what it is sent: otherwise it could have answers
 * and acknowledgements pile up without end. Closes the connection if that lasts.
 */
// Netty tells of a failed write or close by ending the channel, which is seen elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
final class ReadGate extends ChannelDuplexHandler {
    private final long stallMillis;
    private boolean readOwed;
    private Future<?> patience;

    ReadGate(long stallMillis) {
        this.stallMillis = stallMillis;
    }

    @Override
    public void read(ChannelHandlerContext ctx) throws Exception {
        if (ctx.channel().isWritable()) {
            super.read(ctx);
        } else {
            readOwed = true;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        if (ctx.channel().isWritable()) {
            forgive();
            if (readOwed) {
                readOwed = false;
                ctx.read();
            }
        } else if (patience == null) {
            patience =
                    ctx.executor().schedule(() -> ctx.close(), stallMillis, TimeUnit.MILLISECONDS);
        }
        super.channelWritabilityChanged(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        forgive();
        super.channelInactive(ctx);
    }

    private void forgive() {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }
}
