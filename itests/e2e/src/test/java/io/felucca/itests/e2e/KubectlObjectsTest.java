package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kubectl there is, reading and writing objects that nobody acts on. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.felucca.itests.e2e.KubectlProgram#found")
@ExtendWith(Cluster.Resolver.class)
final class KubectlObjectsTest {
    private final KubectlProgram program;
    private final Kubectl kubectl;

    @TempDir Path folder;

    KubectlObjectsTest(KubectlProgram program, Cluster cluster) {
        this.program = program;
        kubectl = program.in(cluster, "objects");
    }

    private static String configMap(String name, String value) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
                + name
                + "}\ndata: {a: \""
                + value
                + "\"}\n";
    }

    private String value(String name) {
        return kubectl.ok("get configmap " + name + " -o jsonpath={.data.a}");
    }

    private void creates(String words, String answer) {
        assertEquals(answer + " created\n", kubectl.ok("create " + words), words);
    }

    @Test
    void imperativeFormsCreateWhatTheySay() {
        creates("configmap c --from-literal=a=b", "configmap/c");
        creates("secret generic s --from-literal=a=b", "secret/s");
        creates(
                "secret docker-registry r --docker-server=x --docker-username=u"
                        + " --docker-password=p",
                "secret/r");
        creates("serviceaccount sa", "serviceaccount/sa");
        creates("role r --verb=get,list --resource=pods", "role.rbac.authorization.k8s.io/r");
        creates(
                "rolebinding b --role=r --serviceaccount=" + kubectl.namespace() + ":sa",
                "rolebinding.rbac.authorization.k8s.io/b");
        creates("quota q --hard=pods=100", "resourcequota/q");
        creates("deployment d --image=none --replicas=0", "deployment.apps/d");
        creates("service clusterip c --tcp=80:8080", "service/c");
        creates("service nodeport n --tcp=80:8080", "service/n");
        creates("service externalname e --external-name=a.b.c", "service/e");
        creates("service loadbalancer l --tcp=80:8080", "service/l");
        creates("job j --image=none -- true", "job.batch/j");
        creates("ingress i --rule=foo.com/bar=c:80", "ingress.networking.k8s.io/i");
        if (program.since(21)) {
            // Before, it asks for versions that upstream does not serve any more either.
            kubectl.run("create", "cronjob", "j", "--image=none", "--schedule=0 0 * * *").ok();
            creates(
                    "poddisruptionbudget p --selector=a=b --min-available=1",
                    "poddisruptionbudget.policy/p");
        }
        if (program.since(24)) {
            assertEquals(3, kubectl.ok("create token sa").strip().split("\\.").length);
        }
        assertTrue(
                kubectl.fails("create configmap c --from-literal=a=b")
                        .endsWith("configmaps \"c\" already exists"));
    }

    @Test
    void anObjectIsShownInEveryForm() {
        kubectl.ok("create configmap one --from-literal=a=1");
        kubectl.ok("create configmap two --from-literal=a=2 --from-literal=b=3");
        kubectl.ok("label configmap one side=no");
        assertTrue(kubectl.ok("get configmap two --no-headers").matches("two +2 +\\d+s\\s*"));
        assertTrue(kubectl.ok("get cm two -o yaml").contains("\ndata:\n  a: \"2\"\n  b: \"3\"\n"));
        assertEquals("3", kubectl.field("configmap two", "/data/b"));
        assertEquals("configmap/one\n", kubectl.ok("get cm -l side=no -o name"));
        assertEquals("configmap/one\n", kubectl.ok("get cm -l side -o name"));
        assertEquals(
                "configmap/two\n", kubectl.ok("get cm --field-selector metadata.name=two -o name"));
        assertEquals("2", value("two"));
        assertTrue(
                kubectl.ok(
                                "get cm one two -o custom-columns=N:.metadata.name,A:.data.a"
                                        + " --no-headers")
                        .matches("one +1\\s+two +2\\s+"));
        assertEquals(
                "one two ",
                kubectl.run(
                                "get",
                                "cm",
                                "one",
                                "two",
                                "-o",
                                "go-template={{range .items}}{{.metadata.name}} {{end}}")
                        .ok());
        assertTrue(kubectl.ok("get cm one --show-labels --no-headers").contains("side=no"));
        assertTrue(kubectl.ok("get cm one -L side").lines().findFirst().get().endsWith("SIDE"));
        assertTrue(
                kubectl.ok("get cm -A").contains(kubectl.namespace()), "those of all namespaces");
        assertTrue(
                kubectl.ok("get cm one two --sort-by=.data.a -o name").startsWith("configmap/one"));
        assertTrue(kubectl.ok("get cm/one sa/default").contains("serviceaccount/default"));
        assertTrue(kubectl.ok("describe cm two").contains("a:\n----\n2\n"));
        assertEquals(
                "Error from server (NotFound): configmaps \"nope\" not found",
                kubectl.fails("get cm nope"));
        assertEquals("", kubectl.ok("get cm nope --ignore-not-found"));
        assertEquals(
                "error: the server doesn't have a resource type \"nope\"",
                kubectl.fails("get nope"));
        assertTrue(
                kubectl.fails("get cm --field-selector data.a=1")
                        .endsWith("field label not supported: data.a"));
    }

    @Test
    void aWatchShowsEachChange() throws IOException {
        Process watch =
                new ProcessBuilder(
                                kubectl.command(
                                        List.of("get", "cm", "-l", "w", "-w", "-o", "name")))
                        .start();
        try (BufferedReader lines = watch.inputReader(StandardCharsets.UTF_8)) {
            kubectl.apply(
                    configMap("first", "1")
                            .replace("{name: first}", "{name: first, labels: {w: x}}"));
            assertEquals("configmap/first", lines.readLine());
            kubectl.ok("annotate configmap first note=x");
            assertEquals("configmap/first", lines.readLine());
            kubectl.ok("delete configmap first");
            assertEquals("configmap/first", lines.readLine());
        } finally {
            watch.destroy();
        }
    }

    @Test
    void applyMergesWhatChanged() {
        assertEquals("configmap/c created\n", kubectl.apply(configMap("c", "1")));
        assertEquals("configmap/c unchanged\n", kubectl.apply(configMap("c", "1")));
        Run diff = kubectl.with(configMap("c", "2"), "diff", "-f", "-");
        assertEquals(1, diff.code(), diff::toString);
        assertTrue(diff.out().contains("\n-  a: \"1\"\n+  a: \"2\"\n"), diff::toString);
        assertEquals(
                "configmap/c configured (server dry run)\n",
                kubectl.with(configMap("c", "2"), "apply", "--dry-run=server", "-f", "-").ok());
        assertEquals("1", value("c"));
        assertEquals("configmap/c configured\n", kubectl.apply(configMap("c", "2")));
        assertEquals("", kubectl.with(configMap("c", "2"), "diff", "-f", "-").ok());
        assertEquals(
                "configmap/c configured\n",
                kubectl.apply(configMap("c", "2").replace("{a: \"2\"}", "{b: x}")));
        assertEquals("{\"b\":\"x\"}", kubectl.ok("get cm c -o jsonpath={.data}"));
        assertTrue(kubectl.ok("apply view-last-applied cm/c").contains("b: x"));
    }

    @Test
    void serverSideApplyDefendsWhatOthersManage() {
        String[] apply = {"apply", "--server-side", "-f", "-"};
        assertEquals(
                "configmap/c serverside-applied\n", kubectl.with(configMap("c", "1"), apply).ok());
        Run other =
                kubectl.with(
                        configMap("c", "2"),
                        "apply",
                        "--server-side",
                        "--field-manager=other",
                        "-f",
                        "-");
        assertTrue(
                other.fails()
                        .contains(
                                "Apply failed with 1 conflict: conflict with \"kubectl\": .data.a"),
                other::toString);
        kubectl.with(
                        configMap("c", "2"),
                        "apply",
                        "--server-side",
                        "--force-conflicts",
                        "--field-manager=other",
                        "-f",
                        "-")
                .ok();
        assertEquals("2", value("c"));
    }

    @Test
    void editorsReplacementsAndPatchesChangeObjects() throws IOException {
        kubectl.create(configMap("c", "1"));
        Path editor = folder.resolve("editor");
        Files.writeString(editor, "#!/bin/sh\nsed -i 's/a: .*/a: edited/' \"$1\"\n");
        assertTrue(editor.toFile().setExecutable(true));
        assertEquals("configmap/c edited\n", kubectl.edit("configmap c", editor).ok());
        assertEquals("edited", value("c"));
        assertTrue(
                kubectl.edit("configmap c", editor).toString().contains("no changes made"),
                "an edit that changes nothing");
        assertEquals(
                "configmap/c replaced\n",
                kubectl.with(configMap("c", "2"), "replace", "-f", "-").ok());
        assertTrue(
                kubectl.with(configMap("nope", "2"), "replace", "-f", "-")
                        .fails()
                        .endsWith("configmaps \"nope\" not found"));
        assertTrue(
                kubectl.with(configMap("c", "3"), "replace", "--force", "-f", "-")
                        .ok()
                        .contains("configmap/c replaced"));
        kubectl.run("patch", "cm", "c", "-p", "{\"data\":{\"a\":\"4\",\"b\":\"x\"}}").ok();
        assertEquals("4", value("c"));
        kubectl.run("patch", "cm", "c", "--type=merge", "-p", "{\"data\":{\"b\":null}}").ok();
        kubectl.run(
                        "patch",
                        "cm",
                        "c",
                        "--type=json",
                        "-p",
                        "[{\"op\":\"replace\",\"path\":\"/data/a\",\"value\":\"5\"}]")
                .ok();
        assertEquals("{\"a\":\"5\"}", kubectl.ok("get cm c -o jsonpath={.data}"));
        for (String wrong :
                List.of(
                        "[{\"op\":\"test\",\"path\":\"/data/a\",\"value\":\"6\"}]",
                        "[{\"op\":\"remove\",\"path\":\"/data/nope\"}]")) {
            assertTrue(
                    kubectl.run("patch", "cm", "c", "--type=json", "-p", wrong)
                            .fails()
                            // Which the oldest ones leave at.
                            .contains("The request is invalid"),
                    wrong);
        }
    }

    @Test
    void labelsAndAnnotationsComeAndGo() {
        kubectl.create(configMap("c", "1"));
        assertEquals("configmap/c labeled\n", kubectl.ok("label cm c tier=front"));
        assertTrue(kubectl.fails("label cm c tier=back").contains("--overwrite is false"));
        kubectl.ok("label cm c tier=back --overwrite");
        assertEquals("back", kubectl.field("cm c", "/metadata/labels/tier"));
        kubectl.ok("label cm c tier-");
        kubectl.ok("annotate cm c note=x");
        kubectl.ok("annotate cm c note-");
        assertFalse(kubectl.ok("get cm c -o yaml").contains("note"));
        assertFalse(kubectl.ok("get cm c -o yaml").contains("tier"));
    }

    @Test
    void deletesTakeWhatIsMeant() {
        kubectl.create(configMap("a", "1"));
        kubectl.create(configMap("b", "1"));
        kubectl.create(configMap("c", "1"));
        kubectl.ok("label cm a b group=x");
        assertEquals(
                "configmap \"a\" deleted\nconfigmap \"b\" deleted\n",
                // Since 1.34 the namespace is said too.
                kubectl.ok("delete cm -l group=x").replaceAll(" from .* namespace", ""));
        assertTrue(kubectl.ok("delete cm c --dry-run=server").contains("(server dry run)"));
        assertTrue(kubectl.exists("cm c"));
        kubectl.ok("patch cm c -p {\"metadata\":{\"finalizers\":[\"example.com/keep\"]}}");
        kubectl.ok("delete cm c --wait=false");
        assertFalse(kubectl.field("cm c", "/metadata/deletionTimestamp").isEmpty());
        assertTrue(kubectl.fails("delete cm c --timeout=1s").contains("timed out waiting"));
        kubectl.ok("patch cm c --type=merge -p {\"metadata\":{\"finalizers\":null}}");
        Eventually.is("it is gone", () -> !kubectl.exists("cm c"));
        assertEquals(
                "Error from server (NotFound): configmaps \"c\" not found",
                kubectl.fails("delete cm c"));
        kubectl.ok("delete cm c --ignore-not-found");
    }

    @Test
    void customizationsAreAppliedAndDeleted() throws IOException {
        Files.writeString(
                folder.resolve("kustomization.yaml"),
                """
                namePrefix: z-
                resources: [cm.yaml]
                configMapGenerator:
                - name: gen
                  literals: [x=y]
                """);
        Files.writeString(folder.resolve("cm.yaml"), configMap("c", "1"));
        String words = kubectl.ok("apply -k " + folder);
        assertTrue(words.contains("configmap/z-c created\nconfigmap/z-gen-"), words);
        kubectl.ok("delete -k " + folder);
        assertFalse(kubectl.exists("cm z-c"));
    }

    @Test
    void badManifestsAreRefusedWithWhatIsWrong() {
        String unknown =
                kubectl.with(
                                """
                                apiVersion: v1
                                kind: Service
                                metadata: {name: x}
                                spec: {prots: [], ports: [{port: 80}]}
                                """,
                                "apply",
                                "-f",
                                "-")
                        .fails();
        // Before 1.25 kubectl looked itself, by the server's document.
        assertTrue(
                unknown.contains(
                        program.since(25)
                                ? "unknown field \"spec.prots\""
                                : "unknown field \"prots\""),
                unknown);
        String kind =
                kubectl.with(
                                "apiVersion: nope/v1\nkind: Nope\nmetadata: {name: x}\n",
                                "apply",
                                "-f",
                                "-")
                        .fails();
        assertTrue(kind.contains("no matches for kind \"Nope\" in version \"nope/v1\""), kind);
        String name = kubectl.with(configMap("Bad_Name", "1"), "apply", "-f", "-").fails();
        assertTrue(
                name.startsWith(
                        "The ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value:"
                                + " \"Bad_Name\": a lowercase RFC 1123 subdomain must consist of"),
                name);
    }
}
