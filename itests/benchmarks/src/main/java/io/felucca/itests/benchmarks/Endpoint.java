package io.felucca.itests.benchmarks;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A server under measurement: where it is and how it is reached. */
record Endpoint(EventLoopGroup group, SslContext tls, URI server, ServerProcess process) {

    List<Connection> connect(int count) {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connections.add(Connection.open(group, tls, server));
        }
        return connections;
    }
}
