package io.felucca.controller.certificates;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.felucca.client.api.Client;
import io.felucca.client.api.Client.Deletion;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Removes requests that have come to an end: decided ones after an hour, undecided ones after a
 * day, and those whose certificate has expired.
 */
@Component(property = Reconciler.NAME + "=certificatesigningrequest-cleaner-controller")
public final class CleanerController implements Reconciler {
    private static final Duration DECIDED = Duration.ofHours(1);
    private static final Duration PENDING = Duration.ofHours(24);

    private final Lister<CertificateSigningRequest> requests;
    private final Client<CertificateSigningRequest> client;
    private final Clock clock;

    @Activate
    public CleanerController(
            @Reference Clients clients, @Reference Informers informers, @Reference Clock clock) {
        this.requests = informers.of(CertificateSigningRequest.class);
        this.client = clients.of(CertificateSigningRequest.class);
        this.clock = clock;
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(Source.self(CertificateSigningRequest.class));
    }

    @Override
    public Result reconcile(Key key) {
        Optional<CertificateSigningRequest> request = requests.get(key);
        if (request.isEmpty()) {
            return Result.done();
        }
        Duration left = Duration.between(clock.instant(), end(request.get()));
        if (left.compareTo(Duration.ZERO) > 0) {
            return Result.requeueAfter(left);
        }
        client.delete(key, Deletion.ofUid(request.get().getMetadata().getUid()));
        return Result.done();
    }

    /** When it is to go. */
    static Instant end(CertificateSigningRequest request) {
        Instant created = Instant.parse(request.getMetadata().getCreationTimestamp());
        List<Instant> ends = new ArrayList<>();
        for (CertificateSigningRequestCondition condition : Requests.conditions(request)) {
            String stamp = condition.getLastUpdateTime();
            ends.add((stamp == null ? created : Instant.parse(stamp)).plus(DECIDED));
        }
        if (Requests.hasCertificate(request)) {
            expiry(request.getStatus().getCertificate()).ifPresent(ends::add);
        }
        return ends.isEmpty() ? created.plus(PENDING) : Collections.min(ends);
    }

    /** Of a text that is no certificate, another signer's affair, nothing follows. */
    private static Optional<Instant> expiry(String encoded) {
        try {
            byte[] pem = Base64.getMimeDecoder().decode(encoded);
            X509Certificate certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(pem));
            return Optional.of(certificate.getNotAfter().toInstant());
        } catch (CertificateException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
