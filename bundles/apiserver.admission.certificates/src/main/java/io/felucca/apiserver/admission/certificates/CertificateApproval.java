package io.felucca.apiserver.admission.certificates;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.Authorizer;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Who approves or denies a request must hold the verb {@code approve} on its signer. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=CertificateApproval")
public final class CertificateApproval implements AdmissionPlugin {
    /** Those that are there now, the lowest ranking first. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<Authorizer> authorizers = List.of();

    void authorizers(List<Authorizer> now) {
        authorizers = List.copyOf(now);
    }

    @Override
    public void validate(Request request) {
        if (SignerPermission.isUpdateOf(request, "approval")) {
            SignerPermission.require(request, "approve", authorizers);
        }
    }
}
