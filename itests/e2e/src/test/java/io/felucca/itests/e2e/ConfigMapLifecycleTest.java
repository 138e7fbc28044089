package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An object from creation to deletion by each of kubectl's ways. */
@ExtendWith(Cluster.Resolver.class)
final class ConfigMapLifecycleTest {
    private static final String SETTINGS =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: settings
              labels: {tier: front}
            data:
              colour: blue
              size: "3"
            """;

    private final Kubectl kubectl;

    ConfigMapLifecycleTest(Cluster cluster) {
        kubectl = cluster.newNamespace("configmaps");
    }

    @Test
    void createdObjectHasWhatTheServerSets() {
        kubectl.create(SETTINGS);
        JsonNode metadata = kubectl.json("get configmap settings").get("metadata");
        assertEquals(kubectl.namespace(), metadata.get("namespace").asText());
        assertTrue(metadata.get("uid").asText().matches("[0-9a-f-]{36}"), metadata.toString());
        assertTrue(metadata.get("resourceVersion").asLong() > 0);
        assertTrue(metadata.get("creationTimestamp").asText().endsWith("Z"));
        assertTrue(
                kubectl.ok("get configmap settings -o yaml").contains("colour: blue\n"),
                "the YAML shows the data");
    }

    @Test
    void createTwiceSaysThatItExists() {
        kubectl.ok("create configmap once --from-literal=a=b");
        assertEquals(
                "error: failed to create configmap: configmaps \"once\" already exists",
                kubectl.fails("create configmap once --from-literal=a=b"));
    }

    @Test
    void generatedNamesDiffer() {
        String manifest =
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"made-"}}
                """;
        String first = kubectl.with(manifest, "create", "-f", "-", "-o", "name").ok();
        String second = kubectl.with(manifest, "create", "-f", "-", "-o", "name").ok();
        assertTrue(first.matches("configmap/made-[a-z0-9]{5}\\s"), first);
        assertNotEquals(first, second);
    }

    @Test
    void applyChangesWhatTheManifestChangesAndKeepsTheRest() {
        kubectl.apply(SETTINGS);
        kubectl.ok("label configmap settings by=hand");
        assertEquals(
                "configmap/settings unchanged\n", kubectl.apply(SETTINGS), "nothing to change");
        assertEquals(
                "configmap/settings configured\n",
                kubectl.apply(SETTINGS.replace("  size: \"3\"\n", "").replace("blue", "red")));
        JsonNode settings = kubectl.json("get configmap settings");
        assertEquals("{\"colour\":\"red\"}", settings.get("data").toString());
        assertEquals("hand", settings.at("/metadata/labels/by").asText());
    }

    @Test
    void serverSideApplyKnowsWhoOwnsAField() {
        kubectl.with(SETTINGS, "apply", "--server-side", "-f", "-").ok();
        Run other =
                kubectl.with(
                        SETTINGS.replace("blue", "red"),
                        "apply",
                        "--server-side",
                        "--field-manager=other",
                        "-f",
                        "-");
        assertTrue(other.fails().contains("conflict with \"kubectl\""), other::toString);
        assertTrue(other.err().contains(".data.colour"), other::toString);
        assertEquals("blue", kubectl.field("configmap settings", "/data/colour"));
        kubectl.with(
                        SETTINGS.replace("blue", "red"),
                        "apply",
                        "--server-side",
                        "--force-conflicts",
                        "--field-manager=other",
                        "-f",
                        "-")
                .ok();
        assertEquals("red", kubectl.field("configmap settings", "/data/colour"));
    }

    @Test
    void diffShowsWhatApplyWouldDo() {
        kubectl.apply(SETTINGS);
        Run same = kubectl.with(SETTINGS, "diff", "-f", "-");
        assertEquals(0, same.code(), same::toString);
        Run other = kubectl.with(SETTINGS.replace("blue", "green"), "diff", "-f", "-");
        assertEquals(1, other.code(), other::toString);
        assertTrue(other.out().contains("-  colour: blue"), other::toString);
        assertTrue(other.out().contains("+  colour: green"), other::toString);
        assertEquals("blue", kubectl.field("configmap settings", "/data/colour"));
    }

    @Test
    void labelsAndAnnotationsAreSetChangedOnlyOnRequestAndRemoved() {
        kubectl.create(SETTINGS);
        kubectl.ok("label configmap settings zone=a");
        assertTrue(
                kubectl.fails("label configmap settings zone=b").contains("--overwrite is false"));
        kubectl.ok("label configmap settings zone=b --overwrite");
        kubectl.ok("annotate configmap settings note=here");
        JsonNode metadata = kubectl.json("get configmap settings").get("metadata");
        assertEquals("b", metadata.at("/labels/zone").asText());
        assertEquals("here", metadata.at("/annotations/note").asText());
        kubectl.ok("label configmap settings zone-");
        kubectl.ok("annotate configmap settings note-");
        metadata = kubectl.json("get configmap settings").get("metadata");
        assertEquals("{\"tier\":\"front\"}", metadata.get("labels").toString());
        assertTrue(metadata.path("annotations").isEmpty(), metadata::toString);
    }

    @Test
    void patchesOfEachKindChangeTheData() {
        kubectl.create(SETTINGS);
        kubectl.ok(
                "patch configmap settings --type=merge -p {\"data\":{\"size\":null,\"x\":\"1\"}}");
        kubectl.ok("patch configmap settings --type=strategic -p {\"data\":{\"y\":\"2\"}}");
        kubectl.ok(
                "patch configmap settings --type=json -p"
                        + " [{\"op\":\"test\",\"path\":\"/data/y\",\"value\":\"2\"},"
                        + "{\"op\":\"move\",\"from\":\"/data/y\",\"path\":\"/data/z\"}]");
        JsonNode data = kubectl.json("get configmap settings").get("data");
        assertEquals("{\"colour\":\"blue\",\"x\":\"1\",\"z\":\"2\"}", data.toString());
    }

    @Test
    void editStoresWhatTheEditorLeaves(@TempDir Path folder) {
        kubectl.create(SETTINGS);
        Path editor =
                Texts.write(folder.resolve("editor"), "#!/bin/sh\nsed -i s/blue/pink/ \"$1\"\n");
        assertTrue(editor.toFile().setExecutable(true));
        kubectl.edit("configmap settings", editor).ok();
        assertEquals("pink", kubectl.field("configmap settings", "/data/colour"));
    }

    @Test
    void replacePutsTheWholeObject() {
        kubectl.create(SETTINGS);
        String uid = kubectl.field("configmap settings", "/metadata/uid");
        kubectl.with(SETTINGS.replace("  size: \"3\"\n", ""), "replace", "-f", "-").ok();
        JsonNode settings = kubectl.json("get configmap settings");
        assertEquals("{\"colour\":\"blue\"}", settings.get("data").toString());
        assertEquals(uid, settings.at("/metadata/uid").asText());
    }

    @Test
    void dryRunStoresNothing() {
        kubectl.ok("create configmap ghost --from-literal=a=b --dry-run=server");
        assertFalse(kubectl.exists("configmap ghost"));
    }

    @Test
    void selectorsPickByLabelAndField() {
        kubectl.create(SETTINGS);
        kubectl.ok("create configmap other --from-literal=a=b");
        assertEquals("configmap/settings\n", kubectl.ok("get cm -l tier=front -o name"));
        assertEquals("configmap/settings\n", kubectl.ok("get cm -l tier,tier!=back -o name"));
        assertEquals(
                "configmap/other\n",
                kubectl.ok("get cm --field-selector metadata.name=other -o name"));
    }

    @Test
    void deletedObjectIsGone() {
        kubectl.create(SETTINGS);
        assertEquals(
                "configmap \"settings\" deleted",
                kubectl.ok("delete configmap settings").replaceAll(" from .*", "").strip());
        assertEquals(
                "Error from server (NotFound): configmaps \"settings\" not found",
                kubectl.fails("get configmap settings"));
    }

    @Test
    void finalizerHoldsADeletedObjectUntilItIsRemoved() {
        kubectl.create(SETTINGS.replace("  labels", "  finalizers: [example.com/hold]\n  labels"));
        kubectl.ok("delete configmap settings --wait=false");
        assertNotEquals("", kubectl.field("configmap settings", "/metadata/deletionTimestamp"));
        kubectl.ok("patch configmap settings --type=merge -p {\"metadata\":{\"finalizers\":null}}");
        Eventually.is("it is gone", () -> !kubectl.exists("configmap settings"));
    }
}
