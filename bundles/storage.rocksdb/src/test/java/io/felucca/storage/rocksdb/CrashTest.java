package io.felucca.storage.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.Change;
import io.felucca.testing.RecordingWatcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged outlives the process, and is on disk before it is acknowledged. */
class CrashTest {
    private static final int KILLS = 4;
    private static final Pattern LOG_FILE = Pattern.compile("openat\\(.*\\.log\".*= (\\d+)");
    private static final Pattern CALL =
            Pattern.compile("^(\\d+) +(write|fdatasync|fsync)\\((\\d+)");

    @TempDir Path directory;

    @Test
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
        long seed = Long.getLong("felucca.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Integer, Long> acknowledged = new LinkedHashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            int acks = 20 + random.nextInt(400);
            acknowledged.putAll(writeUntilKilled(8, kill * 1_000_000, acks));
            try (OpenStores stores = new OpenStores(directory.resolve("store"))) {
                assertAllThere(stores, acknowledged, "seed " + seed + ", kill " + kill);
            }
        }
    }

    private static void assertAllThere(
            OpenStores stores, Map<Integer, Long> acknowledged, String where) {
        acknowledged.forEach(
                (number, revision) ->
                        assertEquals(
                                revision,
                                stores.get("/n/" + number).orElseThrow().modRevision(),
                                where));
        // Each revision is there whole, and none is missing in between.
        RecordingWatcher watcher = new RecordingWatcher();
        stores.store().watch("/", 2, watcher);
        List<Change> changes = watcher.awaitRevision(stores.revision());
        assertEquals(2 * (stores.revision() - 1), changes.size(), where);
        for (int i = 0; i < changes.size(); i++) {
            assertEquals(2 + i / 2, changes.get(i).revision(), where);
        }
    }

    private Map<Integer, Long> writeUntilKilled(int threads, int first, int acks)
            throws IOException, InterruptedException {
        Process writer = start(List.of(), threads, first, 900_000);
        Map<Integer, Long> acknowledged = new LinkedHashMap<>();
        try (BufferedReader lines = writer.inputReader(StandardCharsets.US_ASCII)) {
            String line;
            while ((line = lines.readLine()) != null) {
                String[] words = line.split(" ", -1);
                // Lines so short are written to a pipe whole or not at all.
                acknowledged.put(Integer.valueOf(words[1]), Long.valueOf(words[2]));
                if (acknowledged.size() == acks) {
                    // Process.destroyForcibly would close the pipe with what is still in it.
                    writer.toHandle().destroyForcibly();
                }
            }
        }
        assertTrue(writer.waitFor(20, TimeUnit.SECONDS));
        assertEquals(128 + 9, writer.exitValue());
        assertTrue(acknowledged.size() >= acks);
        return acknowledged;
    }

    /**
     * The page cache outlives a killed process, so the test above can't tell a synced write from
     * one that is not. This one looks at the system calls.
     */
    @Test
    void kernelHasSyncedTheLogBeforeEachAcknowledgement() throws Exception {
        Path trace = directory.resolve("trace");
        Assumptions.assumeTrue(canTrace(), "strace is not here or not allowed");
        int writes = 30;
        Process writer =
                start(
                        List.of(
                                "strace",
                                "-f",
                                "-qq",
                                "-e",
                                "trace=openat,write,fdatasync,fsync",
                                "-o",
                                trace.toString()),
                        1,
                        0,
                        writes);
        String output =
                new String(writer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(writer.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, writer.exitValue(), output);
        List<String> order = logCalls(Files.readAllLines(trace, StandardCharsets.ISO_8859_1));
        // Opening the store has written to its log before.
        int at = order.indexOf("ack") - 2;
        assertTrue(at >= 0, "an acknowledgement without a write and a sync: " + order);
        for (int i = 0; i < writes; i++, at += 3) {
            assertEquals(List.of("write", "synced", "ack"), order.subList(at, at + 3), "" + order);
        }
    }

    /** Writes to the log, syncs of it when they have returned, and acknowledgements, in order. */
    private static List<String> logCalls(List<String> trace) {
        List<String> order = new ArrayList<>();
        Map<String, String> pendingSyncs = new LinkedHashMap<>();
        String log = "";
        for (String line : trace) {
            Matcher opened = LOG_FILE.matcher(line);
            if (opened.find()) {
                log = opened.group(1);
                continue;
            }
            Matcher call = CALL.matcher(line);
            String thread = line.split(" ", 2)[0];
            if (!call.find()) {
                if (line.contains("sync resumed>") && line.endsWith("= 0")) {
                    order.addAll(toList(pendingSyncs.remove(thread)));
                }
            } else if (call.group(2).equals("write")) {
                if (call.group(3).equals(log)) {
                    order.add("write");
                } else if (call.group(3).equals("1") && line.contains("\"ack ")) {
                    order.add("ack");
                }
            } else if (call.group(3).equals(log)) {
                if (line.endsWith("= 0")) {
                    order.add("synced");
                } else {
                    pendingSyncs.put(thread, "synced");
                }
            }
        }
        return order;
    }

    private static List<String> toList(String orNull) {
        return orNull == null ? List.of() : List.of(orNull);
    }

    private static boolean canTrace() throws InterruptedException {
        try {
            return new ProcessBuilder("strace", "-f", "-qq", "-o", "/dev/null", "true")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    private Process start(List<String> around, int threads, int first, int count)
            throws IOException {
        List<String> command = new ArrayList<>(around);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx64m"));
        // A killed process leaves the native library it unpacked.
        command.add("-Djava.io.tmpdir=" + directory);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(CrashingWriter.class.getName());
        command.add(directory.resolve("store").toString());
        command.addAll(List.of("" + threads, "" + first, "" + count));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }
}
