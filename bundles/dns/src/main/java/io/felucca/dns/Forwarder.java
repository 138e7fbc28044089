package io.felucca.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Passes questions on to other servers, one after the other until one answers. Each question goes
 * out from a port and with an id drawn at random, so that nobody can guess an answer into it.
 * Thread-safe; answers come on a thread of the event loops.
 */
final class Forwarder {
    private static final int MAX_IN_FLIGHT = 512;
    private static final int TRIES = 3;
    private static final int TRY_MILLIS = 1_500;
    private static final int MAX_MESSAGE = 65_535;

    private final EventLoopGroup loops;
    private final Supplier<List<InetSocketAddress>> servers;
    private final AnswerCache cache;
    private final RandomGenerator random;
    private final Semaphore free = new Semaphore(MAX_IN_FLIGHT);

    /**
     * @param random one that can't be predicted
     */
    Forwarder(
            EventLoopGroup loops,
            Supplier<List<InetSocketAddress>> servers,
            AnswerCache cache,
            RandomGenerator random) {
        this.loops = loops;
        this.servers = servers;
        this.cache = cache;
        this.random = random;
    }

    /**
     * Asks.
     *
     * @param done gets the answer with the question's id, or nothing if there was none in time or
     *     too many are being asked
     */
    void ask(byte[] query, boolean tcp, Consumer<Optional<byte[]>> done) {
        // An answer cut short for UDP is not kept, so both may share it.
        Optional<byte[]> known = cache.get(query);
        if (known.isPresent() && (tcp || known.get().length <= Query.parse(query).size())) {
            done.accept(known);
            return;
        }
        List<InetSocketAddress> all = servers.get();
        if (all.isEmpty() || !free.tryAcquire()) {
            done.accept(Optional.empty());
            return;
        }
        attempt(
                new Asked(query, tcp, all),
                0,
                answer -> {
                    free.release();
                    answer.ifPresent(message -> cache.put(query, message));
                    done.accept(answer);
                });
    }

    // The bytes are never changed and the whole never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Asked(byte[] query, boolean tcp, List<InetSocketAddress> servers) {}

    private void attempt(Asked asked, int number, Consumer<Optional<byte[]>> done) {
        if (number == TRIES) {
            done.accept(Optional.empty());
            return;
        }
        byte[] wire = asked.query().clone();
        int id = random.nextInt(1 << Character.SIZE);
        wire[0] = (byte) (id >> 8);
        wire[1] = (byte) id;
        AtomicBoolean ended = new AtomicBoolean();
        Consumer<byte[]> end =
                answer -> {
                    if (!ended.compareAndSet(false, true)) {
                        return;
                    }
                    if (answer == null) {
                        attempt(asked, number + 1, done);
                        return;
                    }
                    answer[0] = asked.query()[0];
                    answer[1] = asked.query()[1];
                    done.accept(Optional.of(answer));
                };
        InetSocketAddress server = asked.servers().get(number % asked.servers().size());
        ChannelFuture connected = bootstrap(asked.tcp(), new Exchange(wire, end)).connect(server);
        Channel channel = connected.channel();
        connected.addListener(
                result -> {
                    if (!result.isSuccess()) {
                        end.accept(null);
                    }
                });
        var timer =
                channel.eventLoop()
                        .schedule(
                                () -> {
                                    var unused = channel.close();
                                    end.accept(null);
                                },
                                TRY_MILLIS,
                                TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(result -> timer.cancel(false));
    }

    private Bootstrap bootstrap(boolean tcp, Exchange exchange) {
        Bootstrap bootstrap = new Bootstrap().group(loops);
        if (!tcp) {
            return bootstrap.channel(NioDatagramChannel.class).handler(exchange);
        }
        return bootstrap
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TRY_MILLIS)
                .handler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(
                                                new LengthFieldPrepender(2),
                                                new LengthFieldBasedFrameDecoder(
                                                        MAX_MESSAGE, 0, 2, 0, 2),
                                                exchange);
                            }
                        });
    }

    /** One question and its answer on a connected channel. */
    private static final class Exchange extends SimpleChannelInboundHandler<Object> {
        private final byte[] query;
        private final Consumer<byte[]> end;

        Exchange(byte[] query, Consumer<byte[]> end) {
            this.query = query;
            this.end = end;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            var unused =
                    context.writeAndFlush(Unpooled.wrappedBuffer(query), context.voidPromise());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Object message) {
            byte[] answer =
                    ByteBufUtil.getBytes(
                            message instanceof DatagramPacket packet
                                    ? packet.content()
                                    : (ByteBuf) message);
            if (answers(answer)) {
                var unused = context.close();
                end.accept(answer);
            }
        }

        /** Anything else is a forgery or a straggler, and the right one may still come. */
        private boolean answers(byte[] answer) {
            if (answer.length < Query.HEADER
                    || Query.isQuery(answer)
                    || answer[0] != query[0]
                    || answer[1] != query[1]) {
                return false;
            }
            try {
                Response.ttls(answer);
                if (answer[4] == 0 && answer[5] == 0) {
                    // Some servers leave the question out when they refuse.
                    return Response.code(answer) != 0;
                }
                Query asked = Query.parse(query);
                Query said = Query.parse(answer);
                return asked.name().equals(said.name()) && asked.type() == said.type();
            } catch (MalformedException e) {
                return false;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Nobody listens there: the next server is asked.
            var unused = context.close();
            end.accept(null);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end.accept(null);
        }
    }
}
