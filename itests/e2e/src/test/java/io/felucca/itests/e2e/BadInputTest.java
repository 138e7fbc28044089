package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What can't be right is refused with the Status that Kubernetes users know; nothing is stored. */
@ExtendWith(Cluster.Resolver.class)
final class BadInputTest {
    private static final String JSON = "application/json";

    private final Cluster cluster;
    private final Kubectl kubectl;
    private final RawApi api;
    private final String configMaps;

    BadInputTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("bad");
        api = cluster.api();
        configMaps = "/api/v1/namespaces/" + kubectl.namespace() + "/configmaps";
    }

    private static String configMap(String name, String rest) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
                + name
                + "\"}"
                + rest
                + "}";
    }

    private void assertRefused(RawApi.Answer answer, int code, String reason, String message) {
        assertEquals(message, answer.message(), answer::toString);
        assertEquals(code, answer.status(), answer::toString);
        assertEquals(reason, answer.reason(), answer::toString);
        assertEquals("Status", answer.json().path("kind").asText());
        assertEquals("Failure", answer.json().path("status").asText());
        assertEquals(code, answer.json().path("code").asInt());
        assertEquals(
                "configmap/kube-root-ca.crt\n",
                kubectl.ok("get configmaps -o name"),
                "nothing is stored");
    }

    @Test
    void unknownFieldIsRefusedWhenStrict() {
        assertRefused(
                api.post(
                        configMaps + "?fieldValidation=Strict",
                        JSON,
                        configMap("a", ",\"dta\":{}")),
                400,
                "BadRequest",
                "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding"
                        + " error: unknown field \"dta\"");
    }

    @Test
    void wrongTypeIsRefused() {
        RawApi.Answer answer = api.post(configMaps, JSON, configMap("a", ",\"data\":{\"k\":5}"));
        assertRefused(
                answer,
                400,
                "BadRequest",
                "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot"
                        + " unmarshal number into Go struct field ConfigMap.data of type string");
    }

    @Test
    void badNameIsRefused() {
        assertRefused(
                api.post(configMaps, JSON, configMap("Bad_Name", "")),
                422,
                "Invalid",
                "ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\": a"
                        + " lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                        + " characters, '-' or '.', and must start and end with an alphanumeric"
                        + " character (e.g. 'example.com', regex used for validation is"
                        + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
    }

    @Test
    void missingNameIsRefused() {
        assertRefused(
                api.post(configMaps, JSON, "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}"),
                422,
                "Invalid",
                "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName"
                        + " is required");
    }

    @Test
    void otherKindThanThePathSaysIsRefused() {
        assertRefused(
                api.post(configMaps, JSON, configMap("a", "").replace("ConfigMap", "Secret")),
                400,
                "BadRequest",
                "Secret in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Secret)"
                        + " to (v1.ConfigMap): unknown conversion");
    }

    @Test
    void brokenJsonIsRefused() {
        RawApi.Answer answer = api.post(configMaps, JSON, "{\"apiVersion\":\"v1\",");
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("BadRequest", answer.reason(), answer::toString);
        assertTrue(
                answer.message().startsWith("couldn't get version/kind; json parse error: "),
                answer::toString);
    }

    @Test
    void unknownContentTypeIsRefused() {
        RawApi.Answer answer = api.post(configMaps, "text/plain", configMap("a", ""));
        assertEquals(415, answer.status(), answer::toString);
        assertEquals("UnsupportedMediaType", answer.reason(), answer::toString);
        assertFalse(kubectl.exists("configmap a"));
    }

    @Test
    void bodyOfMoreThanThreeMebibytesIsRefused() {
        String large = "x".repeat(3 * 1024 * 1024 + 1);
        String body = configMap("a", ",\"data\":{\"k\":\"" + large + "\"}");
        for (RawApi each : List.of(api.overHttp1(), api)) {
            assertRefused(
                    each.post(configMaps, JSON, body),
                    413,
                    "RequestEntityTooLarge",
                    "Request entity too large: limit is 3145728");
        }
        // kubectl is another client of HTTP/2, Go's.
        assertEquals(
                "Error from server (RequestEntityTooLarge): error when creating \"STDIN\": Request"
                        + " entity too large: limit is 3145728",
                kubectl.with(body, "create", "-f", "-").fails());
    }

    @Test
    void missingNamespaceIsNotFound() {
        assertRefused(
                api.post("/api/v1/namespaces/nowhere/configmaps", JSON, configMap("a", "")),
                404,
                "NotFound",
                "namespaces \"nowhere\" not found");
    }

    @Test
    void namespaceOfTheBodyMustBeThatOfThePath() {
        RawApi.Answer answer =
                api.post(
                        configMaps,
                        JSON,
                        configMap("a", "").replace("\"a\"", "\"a\",\"namespace\":\"default\""));
        assertEquals(400, answer.status(), answer::toString);
        assertEquals(
                "the namespace of the provided object does not match the namespace sent on the"
                        + " request",
                answer.message());
    }

    @Test
    void unknownResourceIsNotFound() {
        assertRefused(
                api.get("/api/v1/namespaces/default/gadgets"),
                404,
                "NotFound",
                "the server could not find the requested resource");
    }

    @Test
    void unknownObjectIsNotFound() {
        assertRefused(
                api.get(configMaps + "/none"), 404, "NotFound", "configmaps \"none\" not found");
    }

    @Test
    void staleUpdateConflicts() {
        kubectl.ok("create configmap race --from-literal=a=b");
        String old = kubectl.ok("get configmap race -o json");
        kubectl.ok("label configmap race won=yes");
        RawApi.Answer answer = api.put(configMaps + "/race", old.replace("\"b\"", "\"c\""));
        assertEquals(409, answer.status(), answer::toString);
        assertEquals("Conflict", answer.reason());
        assertEquals(
                "Operation cannot be fulfilled on configmaps \"race\": the object has been"
                    + " modified; please apply your changes to the latest version and try again",
                answer.message());
        assertEquals("b", kubectl.field("configmap race", "/data/a"));
    }

    @Test
    void immutableFieldsStay() {
        kubectl.apply(
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"fixed"},
                 "immutable":true,"data":{"a":"b"}}
                """);
        String words =
                kubectl.fails("patch configmap fixed --type=merge -p {\"data\":{\"a\":\"c\"}}");
        assertEquals(
                "The ConfigMap \"fixed\" is invalid: data: Forbidden: field is immutable when"
                        + " `immutable` is set",
                words);
        assertEquals("b", kubectl.field("configmap fixed", "/data/a"));
        kubectl.apply(
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
                 "spec":{"replicas":0,"selector":{"matchLabels":{"app":"web"}},
                  "template":{"metadata":{"labels":{"app":"web"}},
                   "spec":{"containers":[{"name":"c","image":"none"}]}}}}
                """);
        words =
                kubectl.fails(
                        "patch deployment web --type=merge -p"
                                + " {\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"x\"}},"
                                + "\"template\":{\"metadata\":{\"labels\":{\"app\":\"x\"}}}}}");
        assertTrue(words.contains("spec.selector: Invalid value:"), words);
        assertTrue(words.contains("field is immutable"), words);
    }

    @Test
    void eachMistakeIsACauseWithItsField() {
        RawApi.Answer answer =
                api.post(
                        "/api/v1/namespaces/" + kubectl.namespace() + "/pods",
                        JSON,
                        """
                        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},
                         "spec":{"containers":[{"name":"A","image":""}]}}
                        """);
        assertEquals(422, answer.status(), answer::toString);
        String causes = answer.json().at("/details/causes").toString();
        assertTrue(causes.contains("\"field\":\"spec.containers[0].name\""), causes);
        assertTrue(causes.contains("\"field\":\"spec.containers[0].image\""), causes);
        assertTrue(causes.contains("\"reason\":\"FieldValueRequired\""), causes);
        assertTrue(causes.contains("\"reason\":\"FieldValueInvalid\""), causes);
        assertFalse(kubectl.exists("pod p"));
    }

    @Test
    void patchOfAnUnknownKindIsRefused() {
        kubectl.ok("create configmap p --from-literal=a=b");
        RawApi.Answer answer = api.patch(configMaps + "/p", "text/patch", "{}");
        assertEquals(415, answer.status(), answer::toString);
        assertEquals("UnsupportedMediaType", answer.reason());
        assertTrue(
                answer.message()
                        .startsWith("the body of the request was in an unknown format - accepted"),
                answer::toString);
    }

    @Test
    void anonymousIsForbidden() {
        RawApi.Answer answer = RawApi.anonymous(cluster).get(configMaps);
        assertEquals(403, answer.status(), answer::toString);
        assertEquals("Forbidden", answer.reason());
        assertEquals(
                "configmaps is forbidden: User \"system:anonymous\" cannot list resource"
                        + " \"configmaps\" in API group \"\" in the namespace \""
                        + kubectl.namespace()
                        + "\"",
                answer.message());
        assertEquals("ok", RawApi.anonymous(cluster).get("/readyz").body());
    }

    @Test
    void unknownTokenIsUnauthorized() {
        RawApi.Answer answer =
                RawApi.anonymous(cluster)
                        .send(
                                RawApi.anonymous(cluster)
                                        .request(configMaps)
                                        .header("Authorization", "Bearer made.up.token")
                                        .build());
        assertEquals(401, answer.status(), answer::toString);
        assertEquals("Unauthorized", answer.reason());
        assertEquals("Unauthorized", answer.message());
    }

    @Test
    void certificateOfAnotherAuthorityIsNotTaken(@TempDir Path folder) {
        Certificates.selfSigned(folder, "foreign", "/O=system:masters/CN=mallory");
        assertNotLetIn(folder.resolve("foreign.pem"));
    }

    @Test
    void expiredCertificateIsNotTaken(@TempDir Path folder) {
        Path pki = cluster.home().resolve("data/pki");
        Certificates.expired(folder, "late", "/O=system:masters/CN=kubernetes-admin", pki);
        assertNotLetIn(folder.resolve("late.pem"));
    }

    /** By curl, which shows a certificate whether or not the server asked for its issuer. */
    private void assertNotLetIn(Path identity) {
        Run curl =
                Run.of(
                        List.of(
                                "curl",
                                "-s",
                                "--cacert",
                                cluster.home().resolve("data/pki/ca.crt").toString(),
                                "--cert",
                                identity.toString(),
                                "https://127.0.0.1:" + cluster.setting("api.port") + configMaps),
                        Map.of(),
                        "",
                        20);
        RawApi.Answer answer = new RawApi.Answer(401, curl.ok());
        assertEquals("Unauthorized", answer.reason(), answer::toString);
        assertEquals(401, answer.json().get("code").asInt(), answer::toString);
    }

    @Test
    void verbWithoutARightIsForbidden() {
        assertEquals(
                "Error from server (Forbidden): configmaps is forbidden: User \"jane\" cannot list"
                        + " resource \"configmaps\" in API group \"\" in the namespace \""
                        + kubectl.namespace()
                        + "\"",
                kubectl.fails("get configmaps --as=jane"));
        assertTrue(
                kubectl.fails("create configmap mine --as=jane")
                        .contains("User \"jane\" cannot create resource \"configmaps\""));
        assertFalse(kubectl.exists("configmap mine"));
    }
}
