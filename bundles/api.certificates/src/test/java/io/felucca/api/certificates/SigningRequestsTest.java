package io.felucca.api.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.Subresource;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.testing.FakeClock;
import io.felucca.testing.ResourceFixture;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SigningRequestsTest {
    private static final String PEM =
            Base64.getEncoder()
                    .encodeToString(
                            "-----BEGIN CERTIFICATE REQUEST-----\n"
                                    .getBytes(StandardCharsets.US_ASCII));
    private static final String MANIFEST =
            "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"request\":\""
                    + PEM
                    + "\",\"signerName\":\"kubernetes.io/kube-apiserver-client\","
                    + "\"usages\":[\"client auth\"],\"username\":\"root\"}}";

    private final ResourceFixture requests =
            ResourceFixture.of(new CertificatesGroup(), "CertificateSigningRequest");

    @Test
    void theRequestorIsWhoSentIt() {
        ObjectNode object = requests.create(MANIFEST);
        new RequestorAdmission(new FakeClock())
                .mutate(
                        new AdmissionPlugin.Request(
                                AdmissionPlugin.Operation.CREATE,
                                UserInfo.of("jane", "dev"),
                                requests.definition().resource(),
                                requests.definition().kind(),
                                "",
                                "",
                                "a",
                                object,
                                null,
                                false,
                                null));
        assertEquals("jane", object.at("/spec/username").asText());
        assertEquals("[\"dev\",\"system:authenticated\"]", object.at("/spec/groups").toString());
        assertEquals(
                List.of("AGE", "kubernetes.io/kube-apiserver-client", "jane", "<none>", "Pending"),
                requests.cells(object));
    }

    @Test
    void aConditionWithoutTimesGetsThemAndKeepsThem() {
        FakeClock clock = new FakeClock();
        ObjectNode old = requests.create(MANIFEST);
        ObjectNode now = old.deepCopy();
        ResourceFixture.put(
                now, "/status", "{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\"}]}");
        approve(clock, now, old);
        String first = now.at("/status/conditions/0/lastUpdateTime").asText();
        assertEquals(clock.instant().toString(), first);
        clock.advance(java.time.Duration.ofMinutes(1));
        ObjectNode later = now.deepCopy();
        ((ObjectNode) later.at("/status/conditions/0")).remove("lastUpdateTime");
        approve(clock, later, now);
        assertEquals(first, later.at("/status/conditions/0/lastUpdateTime").asText());
    }

    private void approve(FakeClock clock, ObjectNode now, ObjectNode old) {
        new RequestorAdmission(clock)
                .mutate(
                        new AdmissionPlugin.Request(
                                AdmissionPlugin.Operation.UPDATE,
                                UserInfo.of("jane"),
                                requests.definition().resource(),
                                requests.definition().kind(),
                                "approval",
                                "",
                                "a",
                                now,
                                old,
                                false,
                                null));
    }

    @Test
    void approvalAndStatusLeaveEachOthersConditionsAlone() {
        ObjectNode object = requests.create(MANIFEST);
        ObjectNode body = object.deepCopy();
        ResourceFixture.put(
                body,
                "/status",
                "{\"certificate\":\"eA==\",\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\"}]}");
        ObjectNode approved = view("approval").apply(object.deepCopy(), body);
        assertEquals("", approved.at("/status/certificate").asText(""));
        assertEquals("Approved", requests.cells(approved).get(4));
        ResourceFixture.put(body, "/status/conditions", "[]");
        ObjectNode issued = view("status").apply(approved.deepCopy(), body);
        assertEquals("Approved,Issued", requests.cells(issued).get(4));
        ResourceFixture.put(
                body,
                "/status/conditions",
                "[{\"type\":\"Approved\",\"status\":\"True\"},{\"type\":\"Denied\",\"status\":\"True\"}]");
        ObjectNode both = view("approval").apply(approved.deepCopy(), body);
        assertEquals(1, view("approval").validate(both, approved).size());
        assertEquals(1, view("approval").validate(object, approved).size());
    }

    private Subresource.View view(String name) {
        return (Subresource.View) requests.definition().subresource(name).orElseThrow().behaviour();
    }

    @Test
    void aSignerIsQualifiedAndARequestIsPem() {
        assertEquals(
                List.of(
                        "spec.request: Invalid value: \"eA==\": PEM block type must be CERTIFICATE"
                                + " REQUEST"),
                requests.problems(MANIFEST, "/spec/request", "\"eA==\""));
        assertEquals(
                List.of(
                        "spec.signerName: Invalid value: \"mine\": must be a fully qualified"
                                + " domain and path of the form 'example.com/signer-name'"),
                requests.problems(MANIFEST, "/spec/signerName", "\"mine\""));
    }
}
