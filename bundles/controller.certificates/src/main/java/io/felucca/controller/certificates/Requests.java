package io.felucca.controller.certificates;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Reads and extends a signing request's status. */
final class Requests {
    private Requests() {}

    static boolean hasCertificate(CertificateSigningRequest request) {
        return request.getStatus() != null
                && request.getStatus().getCertificate() != null
                && !request.getStatus().getCertificate().isEmpty();
    }

    static Optional<CertificateSigningRequestCondition> condition(
            CertificateSigningRequest request, String type) {
        return conditions(request).stream().filter(one -> one.getType().equals(type)).findFirst();
    }

    static List<CertificateSigningRequestCondition> conditions(CertificateSigningRequest request) {
        return request.getStatus() == null ? List.of() : request.getStatus().getConditions();
    }

    static boolean is(CertificateSigningRequest request, String type) {
        return condition(request, type).isPresent();
    }

    static CertificateSigningRequest with(
            CertificateSigningRequest request,
            String type,
            String reason,
            String message,
            Instant now) {
        return request.edit()
                .editOrNewStatus()
                .addToConditions(
                        new CertificateSigningRequestConditionBuilder()
                                .withType(type)
                                .withStatus("True")
                                .withReason(reason)
                                .withMessage(message)
                                .withLastUpdateTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
                                .build())
                .endStatus()
                .build();
    }
}
