package io.felucca.itests.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletableFuture;

/**
 * One HTTP/2 connection over TLS with as little between the wire and the caller as Netty allows.
 * Replies are given on the event loop.
 */
// A failed write ends the channel, and with it the benchmark.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection {
    /** As Go's client has it, so that no server is held up by a window. */
    private static final int STREAM_WINDOW = 4 << 20;

    private static final int CONNECTION_WINDOW = 1 << 30;

    private final URI server;
    private final Channel channel;
    private final Http2FrameCodec codec;
    private final Frames frames;
    private final IdentityHashMap<Http2FrameStream, Reply> open = new IdentityHashMap<>();

    /** Gets a response as it comes. */
    interface Reply {
        default void status(int status) {}

        /** Bytes of the body, the callee's only during the call. */
        void data(ByteBuf bytes);

        void end();
    }

    private Connection(
            URI server,
            Channel channel,
            Http2FrameCodec codec,
            CompletableFuture<Connection> ready) {
        this.server = server;
        this.channel = channel;
        this.codec = codec;
        this.frames = new Frames(ready);
    }

    static Connection open(EventLoopGroup group, SslContext tls, URI server) {
        CompletableFuture<Connection> ready = new CompletableFuture<>();
        Http2FrameCodec codec =
                Http2FrameCodecBuilder.forClient()
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .pushEnabled(false)
                                        .initialWindowSize(STREAM_WINDOW))
                        .build();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(group)
                        .channel(NioSocketChannel.class)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        Connection connection =
                                                new Connection(server, channel, codec, ready);
                                        channel.pipeline()
                                                .addLast(
                                                        tls.newHandler(
                                                                channel.alloc(),
                                                                server.getHost(),
                                                                server.getPort()))
                                                .addLast(codec)
                                                .addLast(connection.frames);
                                    }
                                });
        Channel channel =
                bootstrap
                        .connect(new InetSocketAddress(server.getHost(), server.getPort()))
                        .syncUninterruptibly()
                        .channel();
        channel.closeFuture()
                .addListener(
                        gone ->
                                ready.completeExceptionally(
                                        new IllegalStateException("closed before it was ready")));
        return ready.join();
    }

    /** Callable from any thread; cheapest from the connection's own. */
    void send(String method, String path, byte[] body, Reply reply) {
        if (channel.eventLoop().inEventLoop()) {
            write(method, path, body, reply);
        } else {
            channel.eventLoop().execute(() -> write(method, path, body, reply));
        }
    }

    private void write(String method, String path, byte[] body, Reply reply) {
        Http2FrameStream stream = frames.newStream();
        open.put(stream, reply);
        Http2Headers headers =
                new DefaultHttp2Headers(false)
                        .method(method)
                        .scheme("https")
                        .authority(server.getAuthority())
                        .path(path)
                        .set("user-agent", "felucca-bench")
                        .set("accept", "application/json");
        if (body != null) {
            headers.set(
                    "content-type",
                    method.equals("PATCH") ? "application/merge-patch+json" : "application/json");
        }
        channel.write(new DefaultHttp2HeadersFrame(headers, body == null).stream(stream));
        if (body != null) {
            channel.write(
                    new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true).stream(stream));
        }
        channel.flush();
    }

    void close() {
        channel.close().awaitUninterruptibly();
    }

    private final class Frames extends Http2ChannelDuplexHandler {
        private final CompletableFuture<Connection> ready;

        Frames(CompletableFuture<Connection> ready) {
            this.ready = ready;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message)
                throws Http2Exception {
            try {
                if (message instanceof Http2DataFrame data) {
                    data(context, data);
                } else if (message instanceof Http2HeadersFrame headers) {
                    Reply reply = open.get(headers.stream());
                    reply.status(Integer.parseInt(headers.headers().status().toString()));
                    if (headers.isEndStream()) {
                        end(headers.stream());
                    }
                } else if (message instanceof Http2SettingsFrame && !ready.isDone()) {
                    codec.connection()
                            .local()
                            .flowController()
                            .incrementWindowSize(
                                    codec.connection().connectionStream(), CONNECTION_WINDOW);
                    ready.complete(Connection.this);
                } else if (message instanceof Http2ResetFrame reset) {
                    Reply reply = open.remove(reset.stream());
                    reply.status(0);
                    reply.end();
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void data(ChannelHandlerContext context, Http2DataFrame data) {
            Reply reply = open.get(data.stream());
            reply.data(data.content());
            context.write(
                    new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes())
                            .stream(data.stream()));
            if (data.isEndStream()) {
                end(data.stream());
            }
        }

        private void end(Http2FrameStream stream) {
            open.remove(stream).end();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
