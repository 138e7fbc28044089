package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** All data goes into a file and back, and from one store to another; pods run on meanwhile. */
@ExtendWith(Cluster.Resolver.class)
final class StoresTest {
    private static final String KEYS =
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
            - resources: [secrets]
              providers:
              - aesgcm:
                  keys:
                  - {name: one, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}
              - identity: {}
            """;
    private static final Pattern AT = Pattern.compile("at revision (\\d+)");

    @TempDir Path directory;
    private final Cluster cluster;
    private final Kubectl kubectl;

    /** The configmaps that were acknowledged, with their revisions. */
    private final Map<String, Long> written = new ConcurrentHashMap<>();

    StoresTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("stores");
    }

    @Test
    void backupUnderWritesIsRestoredWholeAndOldRevisionsAreGone() throws Exception {
        startPod();
        String id = containerId();
        Path file = directory.resolve("backup");
        ExecutorService writer = Executors.newSingleThreadExecutor();
        String said;
        try {
            Future<?> writing = writer.submit(this::writeUntilDead);
            Eventually.is("writes go on", () -> written.size() >= 50);
            said = cluster.launcher("backup", file.toString()).ok();
            int before = written.size();
            Eventually.is("writes went on", () -> written.size() >= before + 50);
            String refused = cluster.launcher("restore", file.toString(), "--force").fails();
            assertTrue(refused.contains("the cluster runs"), refused);
            killFelucca();
            writing.get();
        } finally {
            writer.shutdownNow();
        }
        long last = written.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        String refused = cluster.launcher("restore", file.toString()).fails();
        assertTrue(refused.contains("--force"), refused);
        cluster.launcher("restore", file.toString(), "--force").ok();
        cluster.up();
        long taken = revision(said);
        Set<String> expected =
                written.entrySet().stream()
                        .filter(entry -> entry.getValue() <= taken)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
        assertTrue(expected.size() >= 50 && expected.size() < written.size(), said);
        assertEquals(expected, stored());
        assertOver(last);
        assertAdopted(id);
    }

    @Test
    void dataMovesToEtcdAndBackAndNobodyMissesAnything() throws IOException {
        startPod();
        String id = containerId();
        kubectl.ok("create configmap kept --from-literal=a=1");
        long before = resourceVersion("configmap kept");
        int port = freePort();
        String etcd = "etcd=http://127.0.0.1:" + port;
        Process process = startEtcd(port);
        try {
            killFelucca();
            cluster.launcher("store", "migrate", "--from", "rocksdb", "--to", etcd).ok();
            up(etcd);
            assertEquals("etcd", cluster.setting("store"));
            long there = resourceVersion("configmap kept");
            assertTrue(there > before, there + " after " + before);
            kubectl.ok("create configmap added --from-literal=b=2");
            assertOver(before);
            assertAlive(id);
            killFelucca();
            cluster.launcher("store", "migrate", "--from", etcd, "--to", "rocksdb", "--force").ok();
            up("rocksdb");
            assertTrue(resourceVersion("configmap kept") > there);
            assertEquals("2", kubectl.field("configmap added", "/data/b"));
            assertAdopted(id);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process startEtcd(int port) throws IOException {
        String url = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + freePort();
        return new ProcessBuilder(
                        "etcd",
                        "--data-dir=" + directory.resolve("etcd"),
                        "--listen-client-urls=" + url,
                        "--advertise-client-urls=" + url,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=default=" + peer,
                        "--log-level=error")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("etcd.log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void up(String store) {
        String options = System.getenv("FELUCCA_UP_OPTIONS").strip() + " --store " + store;
        String[] words = ("up " + options).split("\\s+");
        cluster.launcher(words).ok();
    }

    private void killFelucca() {
        ProcessHandle process = cluster.process("felucca");
        assertTrue(process.destroyForcibly());
        Eventually.is("felucca is dead", () -> !process.isAlive());
    }

    private void writeUntilDead() {
        RawApi api = cluster.api();
        String path = "/api/v1/namespaces/" + kubectl.namespace() + "/configmaps";
        for (int i = 0; ; i++) {
            String name = "w" + i;
            try {
                RawApi.Answer answer =
                        api.post(
                                path,
                                "application/json",
                                "{\"metadata\":{\"name\":\"" + name + "\"}}");
                assertEquals(201, answer.status(), answer::toString);
                written.put(
                        "configmap/" + name,
                        answer.json().at("/metadata/resourceVersion").asLong());
            } catch (UncheckedIOException dead) {
                return;
            }
        }
    }

    private Set<String> stored() {
        Set<String> names = new HashSet<>(kubectl.ok("get configmaps -o name").lines().toList());
        names.remove("configmap/kube-root-ca.crt");
        return names;
    }

    private static long revision(String said) {
        Matcher matcher = AT.matcher(said);
        assertTrue(matcher.find(), said);
        return Long.parseLong(matcher.group(1));
    }

    private long resourceVersion(String object) {
        return Long.parseLong(kubectl.field(object, "/metadata/resourceVersion"));
    }

    /** Who knows this revision is told that it is gone, and is not given one like it. */
    private void assertOver(long revision) {
        String maps = "/api/v1/namespaces/" + kubectl.namespace() + "/configmaps";
        RawApi.Answer list =
                cluster.api().get(maps + "?resourceVersionMatch=Exact&resourceVersion=" + revision);
        assertEquals(410, list.status(), list::toString);
        String first =
                cluster.api()
                        .watch(maps + "?watch=true&timeoutSeconds=5&resourceVersion=" + revision)
                        .body()
                        .findFirst()
                        .orElse("");
        JsonNode event = RawApi.parse(first);
        boolean gone = event.path("code").asInt() == 410 || event.at("/object/code").asInt() == 410;
        assertTrue(gone, first);
    }

    private void startPod() {
        kubectl.create(Manifests.pod("p", Manifests.stay("true")));
        kubectl.ok("wait --for=condition=Ready pod/p --timeout=60s");
    }

    private String containerId() {
        return kubectl.field("pod p", "/status/containerStatuses/0/containerID");
    }

    private void assertAlive(String id) {
        Eventually.passes(() -> assertEquals("alive\n", kubectl.ok("exec p -- echo alive")));
        assertEquals(id, containerId());
    }

    private void assertAdopted(String id) {
        assertAlive(id);
        kubectl.ok("delete pod p --timeout=60s");
    }

    /** Whoever reads it has all keys: it is the owner's alone. */
    @Test
    void backupCanBeReadByItsOwnerOnlyAndOverwritesNothing() throws IOException {
        Path file = directory.resolve("backup");
        cluster.launcher("backup", file.toString()).ok();
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        String refused = cluster.launcher("backup", file.toString()).fails();
        assertTrue(refused.contains("is there already"), refused);
    }

    /** The keys come back with what they are for, and nothing of it can be read without them. */
    @Test
    void backupOfAnEncryptedStoreHoldsTheKeysAndNoSecretInClear() throws IOException {
        Path before = directory.resolve("before");
        cluster.launcher("backup", before.toString()).ok();
        Path etc = Files.createDirectories(cluster.home().resolve("etc"));
        Path settings = etc.resolve("io.felucca.storage.encryption.cfg");
        Path keys = etc.resolve("keys.yaml");
        try {
            Files.writeString(settings, "file = ${karaf.etc}/keys.yaml\n");
            Files.writeString(keys, KEYS);
            cluster.launcher("restart").ok();
            kubectl.ok("create secret generic hidden --from-literal=key=hush-hush");
            kubectl.ok("create configmap shown --from-literal=key=for-all-to-see");
            Path file = directory.resolve("backup");
            cluster.launcher("backup", file.toString()).ok();
            String stored = contents(file);
            assertTrue(stored.contains("for-all-to-see"), "what the store holds is in it");
            // As the API writes a secret's data.
            assertFalse(stored.contains("aHVzaC1odXNo"), "the secret is in clear");
            cluster.launcher("down").ok();
            Files.writeString(keys, "lost");
            String refused = cluster.launcher("restore", file.toString()).fails();
            assertTrue(refused.contains("settings"), refused);
            cluster.launcher("restore", file.toString(), "--force").ok();
            assertEquals(KEYS, Files.readString(keys));
            assertEquals(
                    "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(etc)));
            cluster.up();
            assertEquals("aHVzaC1odXNo", kubectl.field("secret hidden", "/data/key"));
        } finally {
            Files.delete(settings);
            Files.delete(keys);
            cluster.launcher("down").ok();
            cluster.launcher("restore", before.toString(), "--force").ok();
            cluster.up();
        }
    }

    private static String contents(Path backup) {
        String command = "tar -xOf " + backup + " store | zcat | strings";
        return Run.of(List.of("bash", "-c", command), Map.of(), "", 20).ok();
    }
}
