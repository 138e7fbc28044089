package io.felucca.http;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Who is at the other end of a connection. */
record Peer(InetSocketAddress address, List<X509Certificate> certificates) {

    /** Of a connection whose handshake is done. */
    static Peer of(Channel channel) {
        return new Peer((InetSocketAddress) channel.remoteAddress(), certificatesOf(channel));
    }

    private static List<X509Certificate> certificatesOf(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return List.of();
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate each : tls.engine().getSession().getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
            return List.copyOf(chain);
        } catch (SSLPeerUnverifiedException e) {
            // The client showed none, which it may.
            return List.of();
        }
    }
}
