package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.FrontProxyHeaders;
import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.RawChannel;
import io.felucca.http.api.ResponseStream;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One connection to the other end: sends the request, then passes the answer on as it comes, or
 * after an upgrade the bytes of both directions. Whoever reads slowly slows down the sender.
 */
// A close has no outcome to wait for: channelInactive comes in any case.
@SuppressWarnings("FutureReturnValueIgnored")
final class NodeConnection extends ChannelInboundHandlerAdapter {
    private static final int MAX_ERROR_BYTES = 50 * 1024;
    private static final int MAX_PAGE_BYTES = 1024 * 1024;

    /** Of one hop only, or made anew here. */
    private static final Set<String> HOP_HEADERS =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "host",
                    "content-length",
                    "expect");

    /** Of an answer, which says them once. */
    private static final Set<String> OWN_HEADERS =
            Set.of("content-type", "audit-id", "cache-control", "date");

    private final Call call;
    private final NodeTarget target;
    private final byte[] body;

    // All below is the event loop's.
    private HttpResponse head;
    private ByteArrayOutputStream error;
    private ByteArrayOutputStream page;
    private ResponseStream stream;
    private RawChannel raw;

    NodeConnection(Call call, NodeTarget target, byte[] body) {
        this.call = call;
        this.target = target;
        this.body = body;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        call.exchange().onClose(context::close);
        limit(context);
        if (!target.tls()) {
            send(context);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done) {
            if (done.isSuccess()) {
                send(context);
            } else {
                refuse(NodeClient.reason(target, done.cause()));
                context.close();
            }
        }
    }

    private void limit(ChannelHandlerContext context) {
        NodeTarget.Delegate delegate = target.delegate();
        if (delegate == null || delegate.timeout().isZero()) {
            return;
        }
        ScheduledFuture<?> end =
                context.executor()
                        .schedule(
                                () -> {
                                    // An answer that has begun ends where it is.
                                    refuse("context deadline exceeded");
                                    context.close();
                                },
                                delegate.timeout().toMillis(),
                                TimeUnit.MILLISECONDS);
        context.channel().closeFuture().addListener(closed -> end.cancel(false));
    }

    private void refuse(String why) {
        NodeClient.refuse(call, target, why);
    }

    private void send(ChannelHandlerContext context) {
        HttpExchange exchange = call.exchange();
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1,
                        HttpMethod.valueOf(exchange.method()),
                        target.uri(),
                        Unpooled.wrappedBuffer(body));
        request.headers().set(HttpHeaderNames.HOST, target.authority());
        for (String name : exchange.headerNames()) {
            if (passes(name)) {
                request.headers().set(name, exchange.headers(name));
            }
        }
        if (body.length > 0 || exchange.method().equals("POST")) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        if (target.route().isProxied() || target.delegate() != null) {
            forwarded(exchange, request.headers());
        }
        if (target.delegate() != null) {
            FrontProxyHeaders.of(call.user(), request.headers()::add);
            request.headers().set("Audit-Id", call.id());
        }
        exchange.header("upgrade")
                .ifPresentOrElse(
                        protocol ->
                                request.headers()
                                        .set(HttpHeaderNames.CONNECTION, "Upgrade")
                                        .set(HttpHeaderNames.UPGRADE, protocol),
                        () -> request.headers().set(HttpHeaderNames.CONNECTION, "close"));
        context.writeAndFlush(request).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** As whom the client came: to this server, and to nobody behind it. */
    private boolean passes(String name) {
        boolean isIdentity =
                name.equals("authorization")
                        || name.startsWith("impersonate-")
                        || name.startsWith("x-remote-");
        // A page behind a proxy may be plain, for its links to be read.
        boolean isPacking = target.route().isProxied() && name.equals("accept-encoding");
        // The kubelet knows us by our certificate.
        boolean isSecret = target.kubelet() && name.equals("cookie");
        return !HOP_HEADERS.contains(name) && !isIdentity && !isPacking && !isSecret;
    }

    /** What the other end may want to know of the way to it. */
    private static void forwarded(HttpExchange exchange, HttpHeaders headers) {
        headers.set("X-Forwarded-Uri", exchange.rawPath());
        headers.set("X-Forwarded-Proto", "https");
        exchange.header("host").ifPresent(host -> headers.set("X-Forwarded-Host", host));
        List<String> before = exchange.headers("x-forwarded-for");
        String client = exchange.remoteAddress().getHostString();
        headers.set(
                "X-Forwarded-For",
                before.isEmpty() ? client : String.join(", ", before) + ", " + client);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
                // What came so far stays sent; a stream that breaks off says that it does.
                refuse(NodeClient.reason(target, part.decoderResult().cause()));
                context.close();
                return;
            }
            if (message instanceof HttpResponse response && head == null) {
                begin(context, response);
            }
            if (message instanceof HttpContent content) {
                take(context, content.content());
                if (message instanceof LastHttpContent) {
                    finish(context);
                }
            } else if (message instanceof ByteBuf bytes && raw != null) {
                raw.write(ByteBuffer.wrap(copy(bytes)));
                context.channel().config().setAutoRead(raw.isWritable());
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpResponse response) {
        int status = response.status().code();
        if (status < 200 && status != 101) {
            return;
        }
        head = response;
        if (status == 101) {
            return;
        }
        // Of a stream the kubelet's own words are passed on, for the client to say them.
        if (target.kubelet() && status >= 400 && call.path().subresource().equals("log")) {
            error = new ByteArrayOutputStream();
            return;
        }
        if (target.delegate() == null) {
            call.inFlight().longRunning();
        } else if (target.delegate().timeout().isZero()) {
            call.inFlight().longRunning();
            call.givesItsPlaceBack();
        }
        if (isPage(response)) {
            page = new ByteArrayOutputStream();
        } else {
            stream(context);
        }
    }

    private boolean isPage(HttpResponse response) {
        return target.route().isProxied()
                && contentType(response).startsWith("text/html")
                && !response.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
    }

    private void stream(ChannelHandlerContext context) {
        stream = call.stream(head.status().code(), contentType(head), headers(head));
        if (stream == null) {
            call.inFlight().done();
            context.close();
        }
    }

    private void take(ChannelHandlerContext context, ByteBuf content) {
        if (error != null) {
            byte[] bytes = copy(content);
            error.write(bytes, 0, Math.min(bytes.length, MAX_ERROR_BYTES - error.size()));
        } else if (page != null) {
            page.writeBytes(copy(content));
            if (page.size() > MAX_PAGE_BYTES) {
                // Too long to be held back for its links.
                endPage(context, page.toByteArray());
            }
        } else if (stream != null && content.isReadable()) {
            stream.write(copy(content));
            if (!stream.isWritable()) {
                context.channel().config().setAutoRead(false);
                stream.onWritable(() -> context.channel().config().setAutoRead(true));
            }
        }
    }

    private void endPage(ChannelHandlerContext context, byte[] html) {
        page = null;
        stream(context);
        if (stream != null) {
            stream.write(html);
        }
    }

    private void finish(ChannelHandlerContext context) {
        if (head == null) {
            return;
        }
        if (head.status().code() == 101) {
            tunnel(context);
        } else if (error != null) {
            call.fail(refusal(head.status().code(), error.toString(StandardCharsets.UTF_8)));
            context.close();
        } else {
            if (page != null) {
                endPage(context, target.route().page(page.toByteArray()));
            }
            context.close();
        }
    }

    /** From here on bytes are bytes. */
    private void tunnel(ChannelHandlerContext context) {
        call.inFlight().longRunning();
        if (!call.takeOver(101)) {
            call.inFlight().done();
            context.close();
            return;
        }
        Map<String, String> headers = headers(head);
        headers.put("Upgrade", head.headers().get(HttpHeaderNames.UPGRADE, ""));
        raw = call.exchange().upgrade(headers);
        raw.onClose(
                () ->
                        context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                                .addListener(ChannelFutureListener.CLOSE));
        raw.onWritabilityChange(() -> context.channel().config().setAutoRead(raw.isWritable()));
        // Removing the codec sends on what of the other end's bytes came right after its answer.
        context.pipeline().get(HttpClientCodec.class).upgradeFrom(context);
        raw.onBytes(
                bytes -> {
                    context.writeAndFlush(Unpooled.copiedBuffer(bytes))
                            .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                    if (!context.channel().isWritable()) {
                        raw.reading(false);
                    }
                });
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (raw != null) {
            raw.reading(context.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (raw != null) {
            raw.close();
        } else if (stream != null) {
            stream.close();
        } else {
            refuse("EOF");
        }
        call.inFlight().done();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refuse(NodeClient.reason(target, cause));
        context.close();
    }

    /** The kubelet's refusal, in the words that upstream's server makes of it. */
    private ApiException refusal(int status, String text) {
        return switch (status) {
            case 400 -> ApiException.badRequest(text.strip());
            case 404 ->
                    ApiException.of(
                            StatusReason.NotFound,
                            "the server could not find the requested resource ( pods "
                                    + call.path().name()
                                    + ")");
            case 500 ->
                    ApiException.of(
                            StatusReason.InternalError, "Internal error occurred: " + text.strip());
            case 503 -> ApiException.unavailable(text.strip(), 0);
            default ->
                    ApiException.of(
                            StatusReason.InternalError,
                            "an error on the server (\""
                                    + text.strip()
                                    + "\") has prevented the request from succeeding");
        };
    }

    private static String contentType(HttpResponse response) {
        String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE);
        return type == null ? "text/plain" : type;
    }

    private Map<String, String> headers(HttpResponse response) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : response.headers().names()) {
            String lower = name.toLowerCase(java.util.Locale.ROOT);
            if (!HOP_HEADERS.contains(lower) && !OWN_HEADERS.contains(lower)) {
                List<String> values = response.headers().getAll(name);
                headers.put(name, String.join("\n", values));
                if (target.route().isProxied() && lower.equals("location")) {
                    headers.put(name, target.route().location(values.get(0), target.authority()));
                }
            }
        }
        return headers;
    }

    private static byte[] copy(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }
}
