package io.felucca.kubelet;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Short HTTP requests and connection attempts to pods, on one shared event loop. Thread-safe;
 * results complete on the loop.
 */
final class HttpCheck {
    private static final int MAX_BODY_BYTES = 10 << 10;

    private final EventLoopGroup loop;

    HttpCheck(EventLoopGroup loop) {
        this.loop = loop;
    }

    record Target(
            boolean tls, String host, int port, String path, Map<String, List<String>> headers) {
        String address() {
            return HttpCheck.address(host, port);
        }

        String url() {
            return (tls ? "https://" : "http://") + address() + path;
        }
    }

    record Answer(int status, String body) {}

    /** A GET; a certificate is not verified, for pods make their own. */
    CompletableFuture<Answer> get(Target target, Duration timeout) {
        CompletableFuture<Answer> result = new CompletableFuture<>();
        Bootstrap bootstrap =
                bootstrap(timeout)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel)
                                            throws SSLException {
                                        if (target.tls()) {
                                            channel.pipeline()
                                                    .addLast(
                                                            insecure()
                                                                    .newHandler(
                                                                            channel.alloc(),
                                                                            target.host(),
                                                                            target.port()));
                                        }
                                        channel.pipeline()
                                                .addLast(new HttpClientCodec())
                                                .addLast(new Reader(result));
                                    }
                                });
        var unused =
                bootstrap
                        .connect(new InetSocketAddress(target.host(), target.port()))
                        .addListener(
                                (ChannelFuture connected) -> {
                                    if (!connected.isSuccess()) {
                                        result.completeExceptionally(connected.cause());
                                        return;
                                    }
                                    Channel channel = connected.channel();
                                    var unusedClose =
                                            result.whenComplete(
                                                    (answer, failure) -> close(channel));
                                    var unusedWrite = channel.writeAndFlush(request(target));
                                });
        return bounded(result, timeout, "Get \"" + target.url() + "\": ", target.address());
    }

    /** Whether a connection can be made. */
    CompletableFuture<Void> connect(String host, int port, Duration timeout) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        var unused =
                bootstrap(timeout)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        // Nothing is said: the connection is all that is wanted.
                                    }
                                })
                        .connect(new InetSocketAddress(host, port))
                        .addListener(
                                (ChannelFuture connected) -> {
                                    if (connected.isSuccess()) {
                                        close(connected.channel());
                                        result.complete(null);
                                    } else {
                                        result.completeExceptionally(connected.cause());
                                    }
                                });
        return bounded(result, timeout, "", address(host, port));
    }

    private Bootstrap bootstrap(Duration timeout) {
        return new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()));
    }

    /** Failures come in the words in which upstream's events tell them. */
    private static <T> CompletableFuture<T> bounded(
            CompletableFuture<T> result, Duration timeout, String prefix, String address) {
        CompletableFuture<T> told = new CompletableFuture<>();
        var unused =
                result.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete(
                                (answer, failure) -> {
                                    if (failure == null) {
                                        told.complete(answer);
                                    } else {
                                        told.completeExceptionally(
                                                described(failure, prefix, address));
                                    }
                                });
        return told;
    }

    private static String address(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static FullHttpRequest request(Target target) {
        FullHttpRequest request =
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1, HttpMethod.GET, target.path(), Unpooled.EMPTY_BUFFER);
        request.headers()
                .set(HttpHeaderNames.HOST, target.address())
                .set(HttpHeaderNames.USER_AGENT, "kube-probe/1.36")
                .set(HttpHeaderNames.ACCEPT, "*/*")
                .set(HttpHeaderNames.CONNECTION, "close");
        target.headers().forEach((name, values) -> request.headers().set(name, values));
        return request;
    }

    /** Nobody waits for it: a connection that can't be closed is gone already. */
    private static void close(Channel channel) {
        var unused = channel.close();
    }

    private static SslContext insecure() throws SSLException {
        return SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    private static IOException described(Throwable failure, String prefix, String address) {
        if (failure instanceof TimeoutException || failure instanceof ConnectTimeoutException) {
            return new IOException(
                    prefix.isEmpty()
                            ? "dial tcp " + address + ": i/o timeout"
                            : prefix
                                    + "context deadline exceeded (Client.Timeout exceeded while"
                                    + " awaiting headers)",
                    failure);
        }
        if (failure instanceof ConnectException) {
            return new IOException(
                    prefix + "dial tcp " + address + ": connect: connection refused", failure);
        }
        return new IOException(prefix + failure.getMessage(), failure);
    }

    private static final class Reader extends SimpleChannelInboundHandler<HttpObject> {
        private final CompletableFuture<Answer> result;
        private final StringBuilder body = new StringBuilder();
        private int status;

        Reader(CompletableFuture<Answer> result) {
            this.result = result;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part instanceof HttpResponse head) {
                status = head.status().code();
            }
            if (part instanceof HttpContent content && body.length() < MAX_BODY_BYTES) {
                body.append(content.content().toString(StandardCharsets.UTF_8));
            }
            if (part instanceof LastHttpContent || body.length() >= MAX_BODY_BYTES) {
                result.complete(new Answer(status, body.toString()));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            result.completeExceptionally(new IOException("EOF"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            result.completeExceptionally(cause);
            close(context.channel());
        }
    }
}
