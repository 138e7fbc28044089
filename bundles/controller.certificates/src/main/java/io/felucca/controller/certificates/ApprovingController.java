package io.felucca.controller.certificates;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Approves the client certificates of kubelets: of those that join, and of those that ask for a
 * newer one in their own name, where RBAC lets the requestor create the subresources {@code
 * nodeclient} and {@code selfnodeclient}. All others wait for somebody to decide.
 */
@Component(property = Reconciler.NAME + "=certificatesigningrequest-approving-controller")
public final class ApprovingController implements Reconciler {
    private static final String GROUP = "certificates.k8s.io";

    private final Lister<CertificateSigningRequest> requests;
    private final Client<CertificateSigningRequest> client;
    private final Client<SubjectAccessReview> reviews;
    private final Clock clock;

    @Activate
    public ApprovingController(
            @Reference Clients clients, @Reference Informers informers, @Reference Clock clock) {
        this.requests = informers.of(CertificateSigningRequest.class);
        this.client = clients.of(CertificateSigningRequest.class);
        this.reviews = clients.of(SubjectAccessReview.class);
        this.clock = clock;
    }

    @Override
    public List<Source<?>> sources() {
        return List.of(Source.self(CertificateSigningRequest.class));
    }

    @Override
    public Result reconcile(Key key) {
        Optional<CertificateSigningRequest> found = requests.get(key);
        if (found.isEmpty() || isDecided(found.get()) || !isKubeletClient(found.get())) {
            return Result.done();
        }
        CertificateSigningRequest request = found.get();
        Pkcs10 asked;
        try {
            asked = Pkcs10.parse(request.getSpec().getRequest());
        } catch (IllegalArgumentException e) {
            // Nobody approves what can't be read; whoever looks at it will see why.
            return Result.done();
        }
        if (UsageRules.kubeletClient(asked, request.getSpec().getUsages()).isPresent()) {
            return Result.done();
        }
        boolean self = asked.commonName().equals(request.getSpec().getUsername());
        if (self && may(request, "selfnodeclient")) {
            approve(
                    request,
                    "Auto approving self kubelet client certificate after SubjectAccessReview.");
        } else if (may(request, "nodeclient")) {
            approve(
                    request,
                    "Auto approving kubelet client certificate after SubjectAccessReview.");
        }
        return Result.done();
    }

    private static boolean isDecided(CertificateSigningRequest request) {
        return Requests.hasCertificate(request)
                || Requests.is(request, "Approved")
                || Requests.is(request, "Denied");
    }

    private static boolean isKubeletClient(CertificateSigningRequest request) {
        return request.getSpec().getSignerName().equals(Signers.KUBELET_CLIENT);
    }

    private boolean may(CertificateSigningRequest request, String subresource) {
        SubjectAccessReview review =
                new SubjectAccessReviewBuilder()
                        .withNewMetadata()
                        .endMetadata()
                        .withNewSpec()
                        .withUser(request.getSpec().getUsername())
                        .withUid(request.getSpec().getUid())
                        .withGroups(request.getSpec().getGroups())
                        .withExtra(request.getSpec().getExtra())
                        .withNewResourceAttributes()
                        .withGroup(GROUP)
                        .withVersion("*")
                        .withResource("certificatesigningrequests")
                        .withSubresource(subresource)
                        .withVerb("create")
                        .endResourceAttributes()
                        .endSpec()
                        .build();
        SubjectAccessReview answer = reviews.create(review);
        return answer.getStatus() != null && Boolean.TRUE.equals(answer.getStatus().getAllowed());
    }

    private void approve(CertificateSigningRequest request, String message) {
        client.update(
                Requests.with(request, "Approved", "AutoApproved", message, clock.instant()),
                "approval");
    }
}
