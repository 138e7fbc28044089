package io.felucca.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Makes an accepted connection's pipeline: TLS first, then the protocol that was agreed on. */
// Netty tells of a failed write or close by ending the channel, which is seen elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
final class ConnectionInitializer extends ChannelInitializer<Channel> {
    private final Server server;

    ConnectionInitializer(Server server) {
        this.server = server;
    }

    @Override
    protected void initChannel(Channel channel) {
        SslContext tls = server.tls();
        if (tls == null || !server.admit(channel)) {
            channel.close();
            return;
        }
        SslHandler handler = tls.newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(server.limits().headMillis());
        handler.setCloseNotifyFlushTimeoutMillis(1000);
        channel.pipeline().addLast(handler, new Negotiation());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private final class Negotiation extends ApplicationProtocolNegotiationHandler {
        Negotiation() {
            super(ApplicationProtocolNames.HTTP_1_1);
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            Limits limits = server.limits();
            Peer peer = Peer.of(ctx.channel());
            ChannelPipeline pipeline = ctx.pipeline();
            Connection connection;
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                H2Connection h2 = new H2Connection(limits, server.handlers(), server.dates(), peer);
                h2.addTo(pipeline);
                connection = h2;
            } else {
                H1Connection h1 = new H1Connection(limits, server.handlers(), server.dates(), peer);
                h1.addTo(pipeline);
                connection = h1;
            }
            long every = limits.sweepMillis();
            Future<?> sweep =
                    ctx.executor()
                            .scheduleWithFixedDelay(
                                    () -> connection.sweep(System.nanoTime()),
                                    every,
                                    every,
                                    TimeUnit.MILLISECONDS);
            ctx.channel().closeFuture().addListener(closed -> sweep.cancel(false));
            server.ready(ctx.channel(), connection);
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
            // Scanners and clients that don't trust us: everyday things, the client knows why.
            ctx.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
