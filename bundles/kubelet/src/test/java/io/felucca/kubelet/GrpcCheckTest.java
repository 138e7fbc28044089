package io.felucca.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GrpcCheckTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private Server server;

    /** Bytes as they are. */
    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void startServer() throws IOException {
        MethodDescriptor<byte[], byte[]> check =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName("grpc.health.v1.Health/Check")
                        .setRequestMarshaller(new Raw())
                        .setResponseMarshaller(new Raw())
                        .build();
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .bossEventLoopGroup(loop)
                        .workerEventLoopGroup(loop)
                        .channelType(NioServerSocketChannel.class)
                        .addService(
                                ServerServiceDefinition.builder("grpc.health.v1.Health")
                                        .addMethod(
                                                check,
                                                ServerCalls.asyncUnaryCall(
                                                        (request, answer) -> {
                                                            String text =
                                                                    new String(
                                                                            request,
                                                                            StandardCharsets.UTF_8);
                                                            if (text.contains("none")) {
                                                                answer.onError(
                                                                        Status.NOT_FOUND
                                                                                .asException());
                                                                return;
                                                            }
                                                            boolean good = text.contains("good");
                                                            answer.onNext(
                                                                    new byte[] {
                                                                        8, (byte) (good ? 1 : 2)
                                                                    });
                                                            answer.onCompleted();
                                                        }))
                                        .build())
                        .build()
                        .start();
    }

    @AfterEach
    void stopServer() {
        server.shutdownNow();
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void onlyAServingServiceIsHealthy() {
        GrpcCheck check = new GrpcCheck(loop);
        assertTrue(check.check("127.0.0.1", server.getPort(), "good", TIMEOUT).join());
        assertFalse(check.check("127.0.0.1", server.getPort(), "", TIMEOUT).join());
        CompletableFuture<Boolean> none =
                check.check("127.0.0.1", server.getPort(), "none", TIMEOUT);
        CompletionException failure = assertThrows(CompletionException.class, none::join);
        assertEquals(IOException.class, failure.getCause().getClass());
    }
}
