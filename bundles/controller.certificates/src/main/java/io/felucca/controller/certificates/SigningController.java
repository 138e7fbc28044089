package io.felucca.controller.certificates;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.pki.api.ClusterTrust;
import io.felucca.pki.api.ClusterTrust.Order;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Signs what was approved with the cluster's authority, for upstream's four signers. A request that
 * breaks its signer's rules gets the condition Failed.
 */
@Component(property = Reconciler.NAME + "=certificatesigningrequest-signing-controller")
@Designate(ocd = SigningController.Config.class)
public final class SigningController implements Reconciler {

    /** How long certificates last. */
    @ObjectClassDefinition(name = "Signing of certificate requests")
    public @interface Config {
        /** What a request gets at most, and without {@code expirationSeconds}; in hours. */
        long signing_duration_hours() default 8760;
    }

    private static final Set<String> SIGNERS =
            Set.of(Signers.CLIENT, Signers.KUBELET_CLIENT, Signers.KUBELET_SERVING, Signers.LEGACY);

    /** Machines whose clocks differ a little must accept a certificate at once. */
    private static final Duration BACKDATE = Duration.ofMinutes(5);

    /** Shorter ones lose nothing of their time to the back-dating. */
    private static final Duration SHORT = Duration.ofHours(8);

    private static final Duration LEAST = Duration.ofMinutes(10);

    private final Lister<CertificateSigningRequest> requests;
    private final Client<CertificateSigningRequest> client;
    private final ClusterTrust trust;
    private final Clock clock;
    private final Duration longest;

    @Activate
    public SigningController(
            @Reference Clients clients,
            @Reference Informers informers,
            @Reference ClusterTrust trust,
            @Reference Clock clock,
            Config config) {
        this(clients, informers, trust, clock, Duration.ofHours(config.signing_duration_hours()));
    }

    SigningController(
            Clients clients,
            Informers informers,
            ClusterTrust trust,
            Clock clock,
            Duration longest) {
        this.requests = informers.of(CertificateSigningRequest.class);
        this.client = clients.of(CertificateSigningRequest.class);
        this.trust = trust;
        this.clock = clock;
        this.longest = longest;
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(Source.self(CertificateSigningRequest.class));
    }

    @Override
    public Result reconcile(Key key) {
        Optional<CertificateSigningRequest> found = requests.get(key).filter(this::isDue);
        if (found.isEmpty()) {
            return Result.done();
        }
        CertificateSigningRequest request = found.get();
        Optional<String> certificate = Optional.empty();
        String problem = "";
        try {
            Pkcs10 asked = Pkcs10.parse(request.getSpec().getRequest());
            problem =
                    UsageRules.problem(
                                    request.getSpec().getSignerName(),
                                    asked,
                                    request.getSpec().getUsages())
                            .orElse("");
            if (problem.isEmpty()) {
                certificate = Optional.of(signed(request, asked));
            }
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
        }
        client.updateStatus(
                certificate.isPresent()
                        ? request.edit()
                                .editStatus()
                                .withCertificate(certificate.get())
                                .endStatus()
                                .build()
                        : Requests.with(
                                request,
                                "Failed",
                                "SignerValidationFailure",
                                problem,
                                clock.instant()));
        return Result.done();
    }

    private boolean isDue(CertificateSigningRequest request) {
        return SIGNERS.contains(request.getSpec().getSignerName())
                && Requests.is(request, "Approved")
                && !Requests.is(request, "Failed")
                && !Requests.is(request, "Denied")
                && !Requests.hasCertificate(request);
    }

    private String signed(CertificateSigningRequest request, Pkcs10 asked) {
        Instant now = clock.instant();
        Duration lifetime = lifetime(request.getSpec().getExpirationSeconds(), longest);
        Instant start = now.minus(BACKDATE);
        Instant end = lifetime.compareTo(SHORT) < 0 ? now.plus(lifetime) : start.plus(lifetime);
        X509Certificate certificate =
                trust.sign(
                        new Order(
                                asked.subject(),
                                asked.key(),
                                asked.alternativeNamesDer(),
                                request.getSpec().getUsages(),
                                start,
                                end));
        return Base64.getEncoder().encodeToString(pem(certificate));
    }

    static Duration lifetime(Integer seconds, Duration longest) {
        if (seconds == null) {
            return longest;
        }
        Duration wanted = Duration.ofSeconds(seconds);
        if (wanted.compareTo(longest) > 0) {
            return longest;
        }
        return wanted.compareTo(LEAST) < 0 ? LEAST : wanted;
    }

    private static byte[] pem(X509Certificate certificate) {
        try {
            String body =
                    Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(certificate.getEncoded());
            return ("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n")
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate just made can't be written", e);
        }
    }
}
