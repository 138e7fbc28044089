package io.felucca.apiserver.admission.certificates;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

final class CertificatePluginsTest {
    private static final String SIGNER = "example.com/team";

    private final Set<String> allowed = new HashSet<>();
    private final Authorizer roles =
            asked ->
                    allowed.contains(asked.verb() + " " + asked.resource() + " " + asked.name())
                            ? new Decision(Verdict.ALLOW, "")
                            : Decision.NO_OPINION;

    @Test
    void whoApprovesMustHoldTheSignersApproval() {
        CertificateApproval plugin = new CertificateApproval();
        plugin.authorizers(List.of(roles));
        Request approval = request(Operation.UPDATE, "approval", csr(SIGNER), csr(SIGNER));
        assertEquals(
                "certificatesigningrequests.certificates.k8s.io \"c\" is forbidden: user not"
                        + " permitted to approve requests with signerName \"example.com/team\"",
                refused(plugin, approval));
        allowed.add("sign signers " + SIGNER);
        refused(plugin, approval);
        allowed.add("approve signers " + SIGNER);
        assertDoesNotThrow(() -> plugin.validate(approval));
        allowed.clear();
        allowed.add("approve signers example.com/*");
        assertDoesNotThrow(() -> plugin.validate(approval));
    }

    @Test
    void theSignerIsTheStoredOneAndNotWhatTheWriteSays() {
        CertificateApproval plugin = new CertificateApproval();
        plugin.authorizers(List.of(roles));
        allowed.add("approve signers example.com/mine");
        refused(
                plugin,
                request(Operation.UPDATE, "approval", csr("example.com/mine"), csr(SIGNER)));
    }

    @Test
    void whoWritesTheCertificateMustHoldTheSignersSignature() {
        CertificateSigning plugin = new CertificateSigning();
        plugin.authorizers(List.of(roles));
        ObjectNode signed = csr(SIGNER);
        signed.putObject("status").put("certificate", "eA==");
        Request signing = request(Operation.UPDATE, "status", signed, csr(SIGNER));
        assertTrue(refused(plugin, signing).contains("user not permitted to sign requests"));
        assertDoesNotThrow(
                () ->
                        plugin.validate(
                                request(Operation.UPDATE, "status", csr(SIGNER), csr(SIGNER))));
        allowed.add("sign signers " + SIGNER);
        assertDoesNotThrow(() -> plugin.validate(signing));
    }

    @Test
    void nobodyAsksForACertificateOfMasters() throws Exception {
        CertificateSubjectRestriction plugin = new CertificateSubjectRestriction();
        String signer = "kubernetes.io/kube-apiserver-client";
        assertTrue(
                refused(plugin, creation(signer, "O=a+O=system:masters,CN=root"))
                        .endsWith("with system:masters group is not allowed"));
        assertDoesNotThrow(() -> plugin.validate(creation(signer, "O=team,CN=jane")));
        assertDoesNotThrow(() -> plugin.validate(creation(SIGNER, "O=system:masters,CN=root")));
        ObjectNode broken = csr(signer);
        broken.withObject("/spec").put("request", "eA==");
        assertTrue(
                refused(plugin, request(Operation.CREATE, "", broken, null))
                        .contains("failed to parse CSR"));
    }

    private static Request creation(String signer, String subject) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
            pem.writeObject(
                    new JcaPKCS10CertificationRequestBuilder(
                                    new X500Name(subject), pair.getPublic())
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(pair.getPrivate())));
        }
        ObjectNode csr = csr(signer);
        csr.withObject("/spec")
                .put(
                        "request",
                        Base64.getEncoder()
                                .encodeToString(
                                        text.toString().getBytes(StandardCharsets.US_ASCII)));
        return request(Operation.CREATE, "", csr, null);
    }

    private static ObjectNode csr(String signer) {
        ObjectNode csr = Json.object();
        csr.putObject("spec").put("signerName", signer);
        return csr;
    }

    private static Request request(
            Operation operation, String subresource, ObjectNode object, ObjectNode old) {
        return new Request(
                operation,
                UserInfo.of("jane"),
                new GroupVersionResource("certificates.k8s.io", "v1", "certificatesigningrequests"),
                new GroupVersionKind("certificates.k8s.io", "v1", "CertificateSigningRequest"),
                subresource,
                "",
                "c",
                object,
                old,
                false,
                null);
    }

    private static String refused(AdmissionPlugin plugin, Request request) {
        return assertThrows(ApiException.class, () -> plugin.validate(request)).getMessage();
    }
}
