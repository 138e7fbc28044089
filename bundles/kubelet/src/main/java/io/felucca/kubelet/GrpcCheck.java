package io.felucca.kubelet;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks a gRPC server for its health (grpc.health.v1): one question, one connection. Thread-safe;
 * results complete on the event loop.
 */
final class GrpcCheck {
    private static final int SERVICE_FIELD = 1;
    private static final int STATUS_TAG = 1 << 3;
    private static final int SERVING = 1;

    /** A service's name asks, a status answers: for two messages of one field no code is made. */
    private static final MethodDescriptor<String, Integer> CHECK =
            MethodDescriptor.<String, Integer>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("grpc.health.v1.Health/Check")
                    .setRequestMarshaller(new Question())
                    .setResponseMarshaller(new Answer())
                    .build();

    private final EventLoopGroup loop;

    GrpcCheck(EventLoopGroup loop) {
        this.loop = loop;
    }

    /** Whether the service says that it serves. */
    CompletableFuture<Boolean> check(String host, int port, String service, Duration timeout) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(new InetSocketAddress(host, port))
                        .channelType(NioSocketChannel.class, InetSocketAddress.class)
                        .eventLoopGroup(loop)
                        .directExecutor()
                        .usePlaintext()
                        .userAgent("kube-probe/1.36")
                        .build();
        ClientCalls.asyncUnaryCall(
                channel.newCall(
                        CHECK,
                        CallOptions.DEFAULT.withDeadlineAfter(
                                timeout.toMillis(), TimeUnit.MILLISECONDS)),
                service,
                new StreamObserver<Integer>() {
                    @Override
                    public void onNext(Integer status) {
                        result.complete(status == SERVING);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        result.completeExceptionally(new IOException(describe(failure), failure));
                    }

                    @Override
                    public void onCompleted() {
                        // The one answer has come before.
                    }
                });
        return result.whenComplete((serving, failure) -> channel.shutdown());
    }

    private static String describe(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        return switch (status.getCode()) {
            case UNIMPLEMENTED ->
                    "error: this server does not implement the grpc health protocol"
                            + " (grpc.health.v1.Health): "
                            + status.getDescription();
            case DEADLINE_EXCEEDED -> "timeout: health rpc did not complete in time";
            default -> "error: health rpc probe failed: " + status.getDescription();
        };
    }

    private static final class Question implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String service) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                CodedOutputStream out = CodedOutputStream.newInstance(bytes);
                out.writeString(SERVICE_FIELD, service);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new ByteArrayInputStream(bytes.toByteArray());
        }

        @Override
        public String parse(InputStream stream) {
            throw new UnsupportedOperationException("only a client");
        }
    }

    private static final class Answer implements MethodDescriptor.Marshaller<Integer> {
        @Override
        public InputStream stream(Integer status) {
            throw new UnsupportedOperationException("only a client");
        }

        @Override
        public Integer parse(InputStream stream) {
            try {
                CodedInputStream in = CodedInputStream.newInstance(stream);
                int status = 0;
                int tag = in.readTag();
                while (tag != 0) {
                    if (tag == STATUS_TAG) {
                        status = in.readEnum();
                    } else {
                        in.skipField(tag);
                    }
                    tag = in.readTag();
                }
                return status;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
