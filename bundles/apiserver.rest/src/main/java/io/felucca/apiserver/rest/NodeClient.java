package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.Aggregation.Connection;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.pki.api.ClusterTrust;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * Opens connections to kubelets, pods, services and other API servers, without a thread each.
 * Thread-safe.
 *
 * <p>A swap of this bundle doesn't cut a shell that somebody has open: the threads of a closed
 * client end with its last connection.
 */
final class NodeClient implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final ClusterTrust trust;
    private final Clock clock;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean closed;

    // Guarded by this.
    private EventLoopGroup group;
    private SslContext kubeletTls;
    private Instant renewAt = Instant.MIN;

    NodeClient(ClusterTrust trust, Clock clock) {
        this.trust = trust;
        this.clock = clock;
    }

    /** Sends the call's request to the target and the answer back to the call. */
    void open(Call call, NodeTarget target, byte[] body) {
        Supplier<SslHandler> tls = target.tls() ? tls(target) : null;
        NodeConnection connection = new NodeConnection(call, target, body);
        open.incrementAndGet();
        ChannelFuture connecting =
                new Bootstrap()
                        .group(group())
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        if (tls != null) {
                                            channel.pipeline().addLast(tls.get());
                                        }
                                        channel.pipeline().addLast(codec()).addLast(connection);
                                    }
                                })
                        .connect(target.host(), target.port());
        connecting.channel().closeFuture().addListener(future -> left());
        connecting.addListener(
                future -> {
                    if (!future.isSuccess()) {
                        refuse(call, target, reason(target, future.cause()));
                    }
                });
    }

    /** As Go's: small servers in pods end their lines as they like. */
    private static HttpClientCodec codec() {
        return new HttpClientCodec(
                new HttpDecoderConfig().setStrictLineParsing(false), false, false);
    }

    static String reason(NodeTarget target, Throwable cause) {
        return "dial tcp " + target.authority() + ": " + cause.getMessage();
    }

    /** Answers a call that the other end did not answer. */
    static void refuse(Call call, NodeTarget target, String why) {
        if (target.delegate() != null) {
            NodeTarget.Delegate.refuse(call, 503, "error trying to reach service: " + why);
        } else {
            call.fail(
                    ApiException.of(
                            StatusReason.InternalError,
                            "Internal error occurred: error dialing backend: " + why));
        }
    }

    private synchronized EventLoopGroup group() {
        if (group == null) {
            group =
                    new MultiThreadIoEventLoopGroup(
                            1,
                            new DefaultThreadFactory("rest-node", true),
                            NioIoHandler.newFactory());
        }
        return group;
    }

    private Supplier<SslHandler> tls(NodeTarget target) {
        if (target.delegate() != null) {
            return () -> delegateTls(target.delegate().connection());
        }
        SslContext context = context(target);
        return () -> context.newHandler(ByteBufAllocator.DEFAULT, target.host(), target.port());
    }

    /** The other server is called by an address; its certificate must be for its name. */
    private static SslHandler delegateTls(Connection connection) {
        SSLEngine engine =
                connection.tls().createSSLEngine(connection.serverName(), connection.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return new SslHandler(engine);
    }

    /** The client certificate is made when it is first needed, and again before it expires. */
    private synchronized SslContext context(NodeTarget target) {
        try {
            if (!target.kubelet()) {
                // As upstream: who serves TLS in a pod has a certificate that nobody here knows.
                return SslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm("")
                        .build();
            }
            if (kubeletTls == null || clock.instant().isAfter(renewAt)) {
                ClusterTrust.Issued issued =
                        trust.issueClient(
                                "kube-apiserver-kubelet-client", List.of("system:masters"));
                kubeletTls =
                        SslContextBuilder.forClient()
                                // In memory only, where the default type's 10,000 rounds are lost.
                                .keyStoreType("JKS")
                                .keyManager(
                                        issued.key(),
                                        issued.chain().toArray(new X509Certificate[0]))
                                .trustManager(trust.authority())
                                .build();
                renewAt = issued.chain().get(0).getNotAfter().toInstant().minus(RENEW_BEFORE);
            }
            return kubeletTls;
        } catch (SSLException e) {
            throw new IllegalStateException("the client's TLS could not be set up", e);
        }
    }

    private void left() {
        if (open.decrementAndGet() == 0 && closed) {
            endThreads();
        }
    }

    // Nobody waits for the end: it comes when the last connection's close has been carried out.
    @SuppressWarnings("FutureReturnValueIgnored")
    private synchronized void endThreads() {
        if (group != null) {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (open.get() == 0) {
            endThreads();
        }
    }
}
