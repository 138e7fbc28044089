package io.felucca.kubelet.server;

import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.RawChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Connects a client's upgraded connection with the runtime's streaming server, byte by byte: what
 * protocol they speak is theirs. Nothing waits on a thread; who reads slowly slows the other down.
 */
final class StreamProxy {
    private static final int MAX_HEAD_BYTES = 32 << 10;
    private static final int MAX_ERROR_BYTES = 64 << 10;

    /** They belong to the connection with the client, not to the one with the runtime. */
    private static final Set<String> NOT_HANDED_ON =
            Set.of("host", "content-length", "authorization");

    private final EventLoopGroup loop;

    StreamProxy(EventLoopGroup loop) {
        this.loop = loop;
    }

    /**
     * @param url the one-shot address that the runtime gave
     */
    void connect(HttpExchange exchange, String url) {
        URI target = URI.create(url);
        var unused =
                new Bootstrap()
                        .group(loop)
                        .channel(NioSocketChannel.class)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline().addLast(new RuntimeSide(exchange));
                                    }
                                })
                        .connect(new InetSocketAddress(target.getHost(), target.getPort()))
                        .addListener(
                                (ChannelFuture connected) -> {
                                    if (connected.isSuccess()) {
                                        send(connected.channel(), head(exchange, target));
                                    } else {
                                        Answers.text(
                                                exchange,
                                                502,
                                                "the runtime's streaming server can't be reached");
                                    }
                                });
    }

    private static ByteBuf head(HttpExchange exchange, URI target) {
        StringBuilder head = new StringBuilder(exchange.method());
        head.append(' ').append(target.getRawPath());
        if (target.getRawQuery() != null) {
            head.append('?').append(target.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(target.getAuthority()).append("\r\n");
        boolean connection = false;
        for (String name : exchange.headerNames()) {
            if (NOT_HANDED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                continue;
            }
            connection |= name.equalsIgnoreCase("connection");
            for (String value : exchange.headers(name)) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        }
        if (!connection) {
            head.append("Connection: Upgrade\r\n");
        }
        if (exchange.method().equals("POST")) {
            head.append("Content-Length: 0\r\n");
        }
        return Unpooled.copiedBuffer(head.append("\r\n"), StandardCharsets.ISO_8859_1);
    }

    private static void send(Channel channel, ByteBuf bytes) {
        var unused = channel.writeAndFlush(bytes);
    }

    private static void close(Channel channel) {
        var unused = channel.close();
    }

    /** The runtime's side. Its methods run on the loop. */
    private static final class RuntimeSide extends SimpleChannelInboundHandler<ByteBuf> {
        private final HttpExchange exchange;
        private final ByteBuf head = Unpooled.buffer();
        private RawChannel client;
        private int errorStatus;

        RuntimeSide(HttpExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            if (client != null) {
                toClient(bytes);
                return;
            }
            head.writeBytes(bytes);
            if (errorStatus > 0) {
                if (head.readableBytes() > MAX_ERROR_BYTES) {
                    close(context.channel());
                }
                return;
            }
            int end = endOfHead();
            if (end < 0) {
                if (head.readableBytes() > MAX_HEAD_BYTES) {
                    close(context.channel());
                }
                return;
            }
            begin(
                    context.channel(),
                    head.readCharSequence(end, StandardCharsets.ISO_8859_1).toString());
        }

        private void begin(Channel channel, String text) {
            String[] lines = text.split("\r\n", -1);
            int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
            if (status != 101) {
                errorStatus = status;
                return;
            }
            Map<String, String> headers = new LinkedHashMap<>();
            for (int i = 1; i < lines.length; i++) {
                String[] parts = lines[i].split(":", 2);
                if (parts.length == 2 && !parts[0].equalsIgnoreCase("connection")) {
                    headers.merge(parts[0].strip(), parts[1].strip(), (a, b) -> a + "\n" + b);
                }
            }
            client = exchange.upgrade(headers);
            if (head.isReadable()) {
                toClient(head);
            }
            client.onClose(() -> close(channel));
            client.onWritabilityChange(() -> channel.config().setAutoRead(client.isWritable()));
            client.onBytes(
                    bytes -> {
                        send(channel, Unpooled.copiedBuffer(bytes));
                        if (!channel.isWritable()) {
                            client.reading(false);
                        }
                    });
        }

        private void toClient(ByteBuf bytes) {
            ByteBuffer copy = ByteBuffer.allocate(bytes.readableBytes());
            bytes.readBytes(copy);
            client.write(copy.flip());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (client != null) {
                client.reading(context.channel().isWritable());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (client != null) {
                client.close();
            } else {
                Answers.text(
                        exchange,
                        errorStatus > 0 ? errorStatus : 502,
                        head.toString(StandardCharsets.UTF_8));
            }
            head.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            close(context.channel());
        }

        private int endOfHead() {
            for (int i = head.readerIndex(); i + 3 < head.writerIndex(); i++) {
                if (head.getByte(i) == '\r'
                        && head.getByte(i + 1) == '\n'
                        && head.getByte(i + 2) == '\r'
                        && head.getByte(i + 3) == '\n') {
                    return i + 4 - head.readerIndex();
                }
            }
            return -1;
        }
    }
}
