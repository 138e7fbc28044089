package io.felucca.apiserver.auth.requestheader;

import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.pki.api.ClusterTrust;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Believes the cluster's own front proxy, the aggregator, by the authority that was made for it and
 * in the headers that ConfigMap {@code extension-apiserver-authentication} names: other API servers
 * of the cluster do the same. Thread-safe.
 */
@Component(property = "service.ranking:Integer=290")
public final class FrontProxy implements Authenticator {
    private final RequestHeaders headers;

    @Activate
    public FrontProxy(@Reference ClusterTrust trust, @Reference Clock clock) {
        headers =
                new RequestHeaders(
                        List.of(trust.frontProxyAuthority()),
                        Set.of(ClusterTrust.FRONT_PROXY),
                        new RequestHeaders.Names(
                                List.of("X-Remote-User"),
                                List.of("X-Remote-Uid"),
                                List.of("X-Remote-Group"),
                                List.of("X-Remote-Extra-")),
                        clock);
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        return headers.authenticate(credentials);
    }
}
