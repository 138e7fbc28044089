package io.felucca.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The threads of every listener: as many as there are processors, two at least. */
@Component(service = EventLoops.class)
public final class EventLoops {
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(
                    Math.max(2, Runtime.getRuntime().availableProcessors()),
                    new DefaultThreadFactory("http", true),
                    NioIoHandler.newFactory());

    @Activate
    public EventLoops() {}

    EventLoopGroup group() {
        return group;
    }

    /** Waits for the threads' end: none may run on without its classes. */
    @Deactivate
    void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
