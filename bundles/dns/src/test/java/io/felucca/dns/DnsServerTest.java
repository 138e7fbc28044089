package io.felucca.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.felucca.client.testing.FakeCluster;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets on loopback; the other server is one of ours with another zone behind. */
class DnsServerTest {
    private static final int PATIENCE_MILLIS = 10_000;

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final FakeCluster cluster = new FakeCluster();
    private final AtomicInteger asked = new AtomicInteger();
    private DnsServer server;
    private DnsServer other;

    @BeforeEach
    void start() throws IOException {
        cluster.with(
                new NamespaceBuilder().withNewMetadata().withName("shop").endMetadata().build(),
                service("web", "10.96.7.7", null),
                service("db", "None", null),
                service("outer", null, "web.other.test"));
        EndpointSliceBuilder many =
                new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("db-x")
                        .addToLabels("kubernetes.io/service-name", "db")
                        .endMetadata();
        for (int i = 1; i <= 100; i++) {
            many.addNewEndpoint().withAddresses("10.244.0." + i).endEndpoint();
        }
        cluster.with(many.build());
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        other = new DnsServer(loops, any, new Responder(ZoneTest.zone(cluster), this::elsewhere));
        Forwarder forwarder =
                new Forwarder(
                        loops,
                        () -> List.of(other.address()),
                        new AnswerCache(Clock.systemUTC()),
                        new Random(1));
        server = new DnsServer(loops, any, new Responder(ZoneTest.zone(cluster), forwarder::ask));
    }

    /** What the other server knows of the world. */
    private void elsewhere(
            byte[] query, boolean tcp, java.util.function.Consumer<Optional<byte[]>> done) {
        asked.incrementAndGet();
        Query parsed = Query.parse(query);
        Answer answer =
                parsed.name().equals("web.other.test")
                        ? Answer.of(List.of(Resource.address("web.other.test", "192.0.2.9")))
                        : Answer.failure(ResponseCode.NO_SUCH_NAME);
        done.accept(Optional.of(Response.write(parsed, answer, tcp)));
    }

    private static io.fabric8.kubernetes.api.model.Service service(
            String name, String address, String external) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withType(external == null ? "ClusterIP" : "ExternalName")
                .withClusterIP(address)
                .withExternalName(external)
                .endSpec()
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.close();
        other.close();
        assertTrue(
                loops.shutdownGracefully(0, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                        .await(PATIENCE_MILLIS));
    }

    @Test
    void answersOverUdpAndTcpAreTheSame() throws IOException {
        byte[] query = query("web.shop.svc.cluster.local", RecordType.A, 0);
        byte[] answer = udp(query);
        assertEquals(List.of("web.shop.svc.cluster.local A 10.96.7.7"), texts(answer));
        assertArrayEquals(answer, tcp(query));
        assertEquals(0x8580, ByteBuffer.wrap(answer).getShort(2) & 0xffff);
    }

    @Test
    void questionComesBackInTheLettersItWasWrittenIn() throws IOException {
        byte[] query = query("WeB.shop.svc.Cluster.local", RecordType.A, 0);
        byte[] answer = udp(query);
        assertArrayEquals(
                Arrays.copyOfRange(query, 12, query.length),
                Arrays.copyOfRange(answer, 12, query.length));
        assertEquals(1, Response.answers(answer).size());
    }

    @Test
    void longAnswerIsCutOverUdpAndWholeOverTcp() throws IOException {
        byte[] query = query("db.shop.svc.cluster.local", RecordType.A, 0);
        byte[] cut = udp(query);
        assertTrue(Response.truncated(cut));
        assertTrue(cut.length <= 512);
        byte[] whole = tcp(query);
        assertFalse(Response.truncated(whole));
        assertEquals(100, Response.answers(whole).size());
        byte[] more = udp(query("db.shop.svc.cluster.local", RecordType.A, 4096));
        assertTrue(more.length > 1000 && more.length <= 1232, "" + more.length);
    }

    @Test
    void otherNamesAreAskedElsewhereOnce() throws IOException {
        byte[] query = query("web.other.test", RecordType.A, 0);
        assertEquals(List.of("web.other.test A 192.0.2.9"), texts(udp(query)));
        assertEquals(List.of("web.other.test A 192.0.2.9"), texts(udp(query)));
        assertEquals(1, asked.get());
    }

    @Test
    void aliasToTheOutsideIsFollowed() throws IOException {
        assertEquals(
                List.of(
                        "outer.shop.svc.cluster.local CNAME web.other.test",
                        "web.other.test A 192.0.2.9"),
                texts(udp(query("outer.shop.svc.cluster.local", RecordType.A, 1232))));
    }

    @Test
    void denialHasAStartOfAuthority() throws IOException {
        byte[] answer = udp(query("no.shop.svc.cluster.local", RecordType.A, 0));
        assertEquals(ResponseCode.NO_SUCH_NAME.number(), Response.code(answer));
        assertEquals(1, ByteBuffer.wrap(answer).getShort(8));
    }

    @Test
    void garbageIsAFormatErrorAndAnAnswerIsIgnored() throws IOException {
        byte[] garbage = new byte[12];
        garbage[1] = 7;
        assertEquals(ResponseCode.FORMAT_ERROR.number(), Response.code(udp(garbage)));
        byte[] loop = query("a", RecordType.A, 0);
        loop[12] = (byte) 0xc0;
        loop[13] = 12;
        assertEquals(ResponseCode.FORMAT_ERROR.number(), Response.code(udp(loop)));
        byte[] answer = udp(query("web.shop.svc.cluster.local", RecordType.A, 0));
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(answer, answer.length, server.address()));
        }
        // It lives on.
        assertEquals(1, Response.answers(udp(query("web.shop.svc.cluster.local", 1, 0))).size());
    }

    private static List<String> texts(byte[] answer) {
        return Response.answers(answer).stream().map(ZoneTest::text).toList();
    }

    private static byte[] query(String name, int type, int ednsSize) {
        byte[] plain = Query.about(name, type);
        int at = Query.HEADER;
        for (String label : name.split("\\.", -1)) {
            System.arraycopy(label.getBytes(ISO_8859_1), 0, plain, at + 1, label.length());
            at += label.length() + 1;
        }
        if (ednsSize == 0) {
            return plain;
        }
        ByteBuffer query = ByteBuffer.allocate(plain.length + 11).put(plain).put((byte) 0);
        query.putShort((short) RecordType.OPT).putShort((short) ednsSize);
        return query.putShort(10, (short) 1).array();
    }

    private byte[] udp(byte[] query) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(query, query.length, server.address()));
            DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
            socket.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    private byte[] tcp(byte[] query) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(query.length);
            out.write(query);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            return answer;
        }
    }
}
