package io.felucca.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on UDP and TCP of one address. */
final class DnsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int MAX_MESSAGE = 65_535;
    private static final int MAX_CONNECTIONS = 1_000;
    private static final int IDLE_SECONDS = 30;

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Responder responder;
    private final Channel datagrams;
    private final Channel acceptor;

    /**
     * Binds both.
     *
     * @throws IOException if one of them is taken
     */
    DnsServer(EventLoopGroup loops, InetSocketAddress address, Responder responder)
            throws IOException {
        this.responder = responder;
        datagrams = bind(udp(loops), address);
        InetSocketAddress same = (InetSocketAddress) datagrams.localAddress();
        try {
            acceptor = bind(tcp(loops), same);
        } catch (IOException e) {
            datagrams.close().awaitUninterruptibly();
            throw e;
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) datagrams.localAddress();
    }

    private static Channel bind(
            io.netty.bootstrap.AbstractBootstrap<?, ?> bootstrap, InetSocketAddress address)
            throws IOException {
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("can't listen on " + address, bound.cause());
        }
        return bound.channel();
    }

    private Bootstrap udp(EventLoopGroup loops) {
        return new Bootstrap()
                .group(loops)
                .channel(NioDatagramChannel.class)
                .handler(
                        new SimpleChannelInboundHandler<DatagramPacket>() {
                            @Override
                            protected void channelRead0(
                                    ChannelHandlerContext context, DatagramPacket packet) {
                                InetSocketAddress sender = packet.sender();
                                responder.respond(
                                        ByteBufUtil.getBytes(packet.content()),
                                        false,
                                        answer ->
                                                send(
                                                        context,
                                                        new DatagramPacket(
                                                                Unpooled.wrappedBuffer(answer),
                                                                sender)));
                            }

                            @Override
                            public void exceptionCaught(
                                    ChannelHandlerContext context, Throwable cause) {
                                // One client's trouble must not end the socket of all.
                                LOG.debug("a question over UDP failed", cause);
                            }
                        });
    }

    private ServerBootstrap tcp(EventLoopGroup loops) {
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                if (connections.size() >= MAX_CONNECTIONS) {
                                    var unused = channel.close();
                                    return;
                                }
                                connections.add(channel);
                                channel.pipeline()
                                        .addLast(
                                                new LengthFieldPrepender(2),
                                                new LengthFieldBasedFrameDecoder(
                                                        MAX_MESSAGE, 0, 2, 0, 2),
                                                new Connection());
                            }
                        });
    }

    /** One client over TCP; it may ask more than once, but not be silent for long. */
    private final class Connection extends SimpleChannelInboundHandler<ByteBuf> {
        private java.util.concurrent.Future<?> idle;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            watch(context);
        }

        private void watch(ChannelHandlerContext context) {
            if (idle != null) {
                idle.cancel(false);
            }
            idle = context.executor().schedule(() -> end(context), IDLE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            watch(context);
            byte[] wire = ByteBufUtil.getBytes(message);
            responder.respond(wire, true, answer -> send(context, Unpooled.wrappedBuffer(answer)));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (idle != null) {
                idle.cancel(false);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            end(context);
        }
    }

    /** A write that fails comes back as an exception of the channel. */
    private static void send(ChannelHandlerContext context, Object message) {
        var unused = context.writeAndFlush(message, context.voidPromise());
    }

    private static void end(ChannelHandlerContext context) {
        var unused = context.close();
    }

    @Override
    public void close() {
        acceptor.close().awaitUninterruptibly();
        datagrams.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
    }
}
