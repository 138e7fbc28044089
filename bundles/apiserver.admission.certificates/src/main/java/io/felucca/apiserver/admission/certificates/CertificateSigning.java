package io.felucca.apiserver.admission.certificates;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.Authorizer;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Who writes a request's certificate, or that it failed, must hold the verb {@code sign} on its
 * signer. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=CertificateSigning")
public final class CertificateSigning implements AdmissionPlugin {
    /** Those that are there now, the lowest ranking first. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<Authorizer> authorizers = List.of();

    void authorizers(List<Authorizer> now) {
        authorizers = List.copyOf(now);
    }

    @Override
    public void validate(Request request) {
        if (SignerPermission.isUpdateOf(request, "status")
                && (isChanged(request, "/status/certificate")
                        || isChanged(request, "/status/conditions"))) {
            SignerPermission.require(request, "sign", authorizers);
        }
    }

    private static boolean isChanged(Request request, String path) {
        return !request.object().at(path).equals(request.old().at(path));
    }
}
