package io.felucca.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** One HTTP/2 connection whose streams can be held up, unlike those of the JDK's client. */
@SuppressWarnings("FutureReturnValueIgnored")
final class H2Client implements AutoCloseable {
    private static final SslContext TLS = tls();

    final CompletableFuture<Void> goAway = new CompletableFuture<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    final Channel channel;

    H2Client(EventLoopGroup group, int port) throws Exception {
        channel =
                new Bootstrap()
                        .group(group)
                        .channel(NioSocketChannel.class)
                        .handler(new Connect())
                        .connect("127.0.0.1", port)
                        .sync()
                        .channel();
        ready.get(30, TimeUnit.SECONDS);
    }

    private static SslContext tls() {
        try {
            return SslContextBuilder.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .applicationProtocolConfig(
                            new ApplicationProtocolConfig(
                                    Protocol.ALPN,
                                    SelectorFailureBehavior.NO_ADVERTISE,
                                    SelectedListenerFailureBehavior.ACCEPT,
                                    "h2"))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Collects an answer. */
    static final class Reply extends ChannelInboundHandlerAdapter {
        final CompletableFuture<Http2Headers> head = new CompletableFuture<>();

        /** True if the answer came to its end, false if it was broken off. */
        final CompletableFuture<Boolean> end = new CompletableFuture<>();

        private final StringBuilder text = new StringBuilder();
        private final Consumer<Reply> onEnd;
        private int bytes;
        volatile Channel stream;

        Reply(Consumer<Reply> onEnd) {
            this.onEnd = onEnd;
        }

        synchronized String text() {
            return text.toString();
        }

        synchronized int bytes() {
            return bytes;
        }

        void reset() {
            stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            boolean last = false;
            if (message instanceof Http2HeadersFrame headers) {
                head.complete(headers.headers());
                last = headers.isEndStream();
            } else if (message instanceof Http2DataFrame data) {
                last = data.isEndStream();
                synchronized (this) {
                    bytes += data.content().readableBytes();
                    if (onEnd == null) {
                        text.append(data.content().toString(StandardCharsets.UTF_8));
                    }
                }
            }
            ReferenceCountUtil.release(message);
            if (last) {
                end.complete(true);
                if (onEnd != null) {
                    onEnd.accept(this);
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end.complete(false);
        }
    }

    Reply get(String path) {
        return send("GET", path, true, true, null);
    }

    /** {@code reading}: whether the stream's bytes are taken at first. */
    Reply send(String method, String path, boolean ends, boolean reading, Consumer<Reply> onEnd) {
        return open(new Reply(onEnd), reading, headers(method, path), ends);
    }

    private static Http2Headers headers(String method, String path) {
        return new DefaultHttp2Headers()
                .method(method)
                .scheme("https")
                .authority("localhost")
                .path(path);
    }

    private Reply open(Reply reply, boolean reading, Http2Headers headers, boolean ends) {
        new Http2StreamChannelBootstrap(channel)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.config().setAutoRead(reading);
                                stream.pipeline().addLast(reply);
                            }
                        })
                .open()
                .addListener(
                        opened -> {
                            if (!opened.isSuccess()) {
                                reply.end.completeExceptionally(opened.cause());
                                return;
                            }
                            Http2StreamChannel stream = (Http2StreamChannel) opened.getNow();
                            reply.stream = stream;
                            stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers, ends));
                        });
        return reply;
    }

    /** Begins a request that says how long its body is. */
    Reply post(String path, long length) {
        return open(
                new Reply(null),
                true,
                headers("POST", path).add("content-length", Long.toString(length)),
                false);
    }

    static void write(Reply reply, byte[] bytes, boolean last) {
        reply.stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), last));
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }

    private final class Connect extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel connection) {
            connection
                    .pipeline()
                    .addLast(
                            TLS.newHandler(connection.alloc()),
                            Http2FrameCodecBuilder.forClient()
                                    .encoderIgnoreMaxHeaderListSize(true)
                                    // The connection takes more than one stream, or one would hold
                                    // up all.
                                    .initialSettings(
                                            Http2Settings.defaultSettings()
                                                    .initialWindowSize(256 << 10))
                                    .build(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                            new ChannelInboundHandlerAdapter() {
                                @Override
                                public void channelRead(ChannelHandlerContext c, Object message) {
                                    if (message instanceof Http2SettingsFrame) {
                                        ready.complete(null);
                                    } else if (message instanceof Http2GoAwayFrame) {
                                        goAway.complete(null);
                                    }
                                    ReferenceCountUtil.release(message);
                                }
                            });
        }
    }
}
