package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a container finds in its environment and in its files. */
@ExtendWith(Cluster.Resolver.class)
final class EnvAndVolumesTest {
    private final Cluster cluster;
    private final Kubectl kubectl;

    EnvAndVolumesTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("volumes");
    }

    @BeforeEach
    void sources() {
        kubectl.ok("create configmap cm --from-literal=colour=blue --from-literal=size=3");
        kubectl.ok("create secret generic s --from-literal=word=hidden");
    }

    private void start(String pod) {
        kubectl.create(pod);
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
    }

    private String sh(String script) {
        return kubectl.run("exec", "p", "--", "sh", "-c", script).ok();
    }

    @Test
    void environmentComesFromEverywhere() {
        kubectl.ok("create service clusterip web --tcp=80:8080");
        start(
                Manifests.pod("p", Manifests.stay("true"))
                        .replace(
                                "\"command\"",
                                """
                                "resources":{"requests":{"cpu":"50m"}},
                                "envFrom":[{"prefix":"CM_","configMapRef":{"name":"cm"}}],
                                "env":[{"name":"PLAIN","value":"x"},
                                 {"name":"JOINED","value":"$(PLAIN)-$(CM_colour)-$$(PLAIN)"},
                                 {"name":"SECRET","valueFrom":{"secretKeyRef":{"name":"s","key":"word"}}},
                                 {"name":"NS","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}},
                                 {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
                                 {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"requests.cpu","divisor":"1m"}}}],
                                "command\"\
                                """));
        String environment = sh("env");
        for (String line :
                new String[] {
                    "CM_colour=blue",
                    "JOINED=x-blue-$(PLAIN)",
                    "SECRET=hidden",
                    "NS=" + kubectl.namespace(),
                    "IP=" + kubectl.field("pod p", "/status/podIP"),
                    "CPU=50",
                    "WEB_SERVICE_HOST=" + kubectl.field("service web", "/spec/clusterIP"),
                    "WEB_SERVICE_PORT=80",
                    "KUBERNETES_SERVICE_PORT=443",
                    "HOSTNAME=p"
                }) {
            assertTrue(environment.contains(line + "\n"), () -> line + " in " + environment);
        }
    }

    @Test
    void volumesShowTheirSourcesAndFollowThem() {
        String volumes =
                """
                "volumes":[
                 {"name":"cm","configMap":{"name":"cm"}},
                 {"name":"s","secret":{"secretName":"s","defaultMode":256}},
                 {"name":"d","downwardAPI":{"items":[
                  {"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}},
                 {"name":"e","emptyDir":{"medium":"Memory","sizeLimit":"1Mi"}}],
                """;
        start(
                Manifests.pod("p", Manifests.stay("true"), volumes)
                        .replace(
                                "\"command\"",
                                """
                                "volumeMounts":[{"name":"cm","mountPath":"/cm"},
                                 {"name":"cm","mountPath":"/one","subPath":"size"},
                                 {"name":"s","mountPath":"/s","readOnly":true},
                                 {"name":"d","mountPath":"/d"},
                                 {"name":"e","mountPath":"/e"}],
                                "command\"\
                                """));
        assertEquals("blue", sh("cat /cm/colour"));
        assertEquals("3", sh("cat /one"));
        assertEquals("hidden", sh("cat /s/word"));
        assertEquals("400", sh("stat -L -c %a /s/word").strip());
        assertEquals("app=\"p\"", sh("cat /d/labels").strip());
        assertEquals("tmpfs", sh("stat -f -c %T /e").strip());
        kubectl.ok("patch configmap cm --type=merge -p {\"data\":{\"colour\":\"red\"}}");
        Eventually.is(
                "the file follows",
                Duration.ofSeconds(100),
                () -> sh("cat /cm/colour").equals("red"),
                () -> sh("ls -la /cm"));
    }

    @Test
    void podSpeaksToTheApiAsItsAccount() {
        start(Manifests.pod("p", Manifests.stay("true")));
        String folder = "/var/run/secrets/kubernetes.io/serviceaccount";
        assertEquals(kubectl.namespace(), sh("cat " + folder + "/namespace"));
        assertEquals(
                Texts.read(cluster.home().resolve("data/pki/ca.crt")),
                sh("cat " + folder + "/ca.crt"));
        String token = sh("cat " + folder + "/token").strip();
        RawApi anonymous = RawApi.anonymous(cluster);
        RawApi.Answer answer =
                anonymous.send(
                        anonymous
                                .request("/api/v1/namespaces/" + kubectl.namespace() + "/pods")
                                .header("Authorization", "Bearer " + token)
                                .build());
        assertEquals(403, answer.status(), answer::toString);
        assertTrue(
                answer.message()
                        .contains("system:serviceaccount:" + kubectl.namespace() + ":default"),
                answer::toString);
    }

    @Test
    void hostPathIsTheNodesOwn() {
        Texts.write(cluster.home().resolve("from-the-host"), "greetings");
        start(
                Manifests.pod(
                                "p",
                                Manifests.stay("true"),
                                "\"volumes\":[{\"name\":\"h\",\"hostPath\":{\"path\":\""
                                        + cluster.home()
                                        + "\",\"type\":\"Directory\"}}],")
                        .replace(
                                "\"command\"",
                                "\"volumeMounts\":[{\"name\":\"h\",\"mountPath\":\"/h\"}],"
                                        + "\"command\""));
        assertEquals("greetings", sh("cat /h/from-the-host"));
    }
}
