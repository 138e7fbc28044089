package io.felucca.itests.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The limit: what Netty alone does with the same bytes, over the same HTTP/2 and TLS, in a process
 * of its own. Serves {@code /get} and {@code /list} from files; {@code /watch} stays open and gets
 * what is sent to {@code /push}. Ends with its parent, whose end closes its standard input.
 */
// A failed write ends the channel, and with it the benchmark.
@SuppressWarnings("FutureReturnValueIgnored")
final class RawServer {
    private final ByteBuf get;
    private final ByteBuf list;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    private record Watch(Channel channel, Http2FrameStream stream) {}

    private RawServer(Path get, Path list) throws Exception {
        this.get = fixed(Files.readAllBytes(get));
        this.list = fixed(Files.readAllBytes(list));
    }

    private static ByteBuf fixed(byte[] bytes) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes)).asReadOnly();
    }

    /** Arguments: the key store, the file for GET, the file for LIST. Prints its port. */
    public static void main(String[] arguments) throws Exception {
        SslContext tls = Tls.server(Path.of(arguments[0]));
        RawServer server = new RawServer(Path.of(arguments[1]), Path.of(arguments[2]));
        Channel channel =
                new ServerBootstrap()
                        .group(new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()))
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel child) {
                                        child.pipeline()
                                                .addLast(tls.newHandler(child.alloc()))
                                                .addLast(Http2FrameCodecBuilder.forServer().build())
                                                .addLast(server.new Handler());
                                    }
                                })
                        .bind("127.0.0.1", 0)
                        .sync()
                        .channel();
        Results.print("%d%n", ((InetSocketAddress) channel.localAddress()).getPort());
        while (System.in.read() >= 0) {
            // Only its end matters.
        }
        System.exit(0);
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        private final IdentityHashMap<Http2FrameStream, ByteBuf> pushes = new IdentityHashMap<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (message instanceof Http2HeadersFrame headers) {
                    route(context, headers);
                } else if (message instanceof Http2DataFrame data) {
                    push(context, data);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void route(ChannelHandlerContext context, Http2HeadersFrame headers) {
            Http2FrameStream stream = headers.stream();
            switch (headers.headers().path().toString()) {
                case "/get" -> answer(context, stream, get);
                case "/list" -> answer(context, stream, list);
                case "/watch" -> {
                    context.writeAndFlush(
                            new DefaultHttp2HeadersFrame(head(), false).stream(stream));
                    watches.add(new Watch(context.channel(), stream));
                }
                default -> pushes.put(stream, Unpooled.buffer());
            }
        }

        private void answer(ChannelHandlerContext context, Http2FrameStream stream, ByteBuf body) {
            Http2Headers head = head().setInt("content-length", body.readableBytes());
            context.write(new DefaultHttp2HeadersFrame(head, false).stream(stream));
            context.write(new DefaultHttp2DataFrame(body.duplicate(), true).stream(stream));
        }

        private void push(ChannelHandlerContext context, Http2DataFrame data) {
            ByteBuf body = pushes.get(data.stream());
            body.writeBytes(data.content());
            context.write(
                    new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes())
                            .stream(data.stream()));
            if (data.isEndStream()) {
                pushes.remove(data.stream());
                byte[] line = new byte[body.readableBytes()];
                body.readBytes(line);
                for (Watch watch : watches) {
                    watch.channel.writeAndFlush(
                            new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(line), false)
                                    .stream(watch.stream));
                }
                answer(context, data.stream(), Unpooled.EMPTY_BUFFER);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            watches.removeIf(watch -> watch.channel == context.channel());
        }
    }

    private static Http2Headers head() {
        return new DefaultHttp2Headers(false).status("200").set("content-type", "application/json");
    }
}
