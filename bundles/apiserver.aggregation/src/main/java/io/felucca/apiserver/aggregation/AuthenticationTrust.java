package io.felucca.apiserver.aggregation;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.pki.api.ClusterTrust;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ConfigMap {@code kube-system/extension-apiserver-authentication}, in which other API
 * servers find whose certificates and which headers they may believe. Authorities that another
 * server of this cluster wrote stay until they expire.
 */
@Component(property = Reconciler.NAME + "=cluster-authentication-trust-controller")
public final class AuthenticationTrust implements Reconciler {
    static final Key NAME = new Key("kube-system", "extension-apiserver-authentication");

    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationTrust.class);
    private static final Duration RESYNC = Duration.ofMinutes(1);
    private static final String CLIENT_CA = "client-ca-file";
    private static final String PROXY_CA = "requestheader-client-ca-file";

    private final Client<ConfigMap> client;
    private final ClusterTrust trust;
    private final Clock clock;

    @Activate
    public AuthenticationTrust(
            @Reference Clients clients, @Reference ClusterTrust trust, @Reference Clock clock) {
        this.client = clients.of(ConfigMap.class);
        this.trust = trust;
        this.clock = clock;
    }

    @Override
    public List<Source<?>> sources() {
        return List.of();
    }

    @Override
    public void started(Consumer<Key> queue) {
        queue.accept(NAME);
    }

    @Override
    public Result reconcile(Key key) {
        Optional<ConfigMap> present = client.get(NAME);
        Map<String, String> before = present.map(ConfigMap::getData).orElse(Map.of());
        Map<String, String> wanted = wanted(before == null ? Map.of() : before);
        if (present.isEmpty()) {
            client.create(
                    new ConfigMapBuilder()
                            .withNewMetadata()
                            .withNamespace(NAME.namespace())
                            .withName(NAME.name())
                            .endMetadata()
                            .withData(wanted)
                            .build());
        } else if (!wanted.equals(before)) {
            client.update(present.get().edit().withData(wanted).build());
        }
        return Result.requeueAfter(RESYNC);
    }

    private Map<String, String> wanted(Map<String, String> before) {
        Map<String, String> data = new TreeMap<>(before);
        data.put(CLIENT_CA, authorities(before.get(CLIENT_CA), trust.authority()));
        data.put(PROXY_CA, authorities(before.get(PROXY_CA), trust.frontProxyAuthority()));
        data.put("requestheader-allowed-names", "[\"" + ClusterTrust.FRONT_PROXY + "\"]");
        data.put("requestheader-username-headers", "[\"X-Remote-User\"]");
        data.put("requestheader-uid-headers", "[\"X-Remote-Uid\"]");
        data.put("requestheader-group-headers", "[\"X-Remote-Group\"]");
        data.put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
        return data;
    }

    private String authorities(String before, X509Certificate own) {
        Set<X509Certificate> all = new LinkedHashSet<>(read(before == null ? "" : before));
        all.removeIf(one -> one.getNotAfter().toInstant().isBefore(clock.instant()));
        all.add(own);
        StringBuilder pem = new StringBuilder();
        for (X509Certificate one : all) {
            pem.append(pem(one));
        }
        return pem.toString();
    }

    private static List<X509Certificate> read(String pem) {
        List<X509Certificate> all = new ArrayList<>();
        try {
            for (Certificate one :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(
                                            pem.getBytes(StandardCharsets.UTF_8)))) {
                all.add((X509Certificate) one);
            }
        } catch (GeneralSecurityException e) {
            // Somebody spoilt it, so nobody can use it: what is right is written anew.
            LOG.warn("Authorities in ConfigMap {} can't be read: {}", NAME, e.getMessage());
        }
        return all;
    }

    private static String pem(X509Certificate certificate) {
        try {
            String base64 =
                    Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(certificate.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }
}
