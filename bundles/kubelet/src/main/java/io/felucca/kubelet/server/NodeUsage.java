package io.felucca.kubelet.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the whole host uses, as its kernel says.
 *
 * @param cpuNanos of all processors, since the host began
 * @param bootSeconds when that was, since 1970
 * @param usedBytes memory that is not free, caches included
 * @param storageBytes of the file system that holds the pods' directories
 */
record NodeUsage(
        int cpus,
        long cpuNanos,
        long bootSeconds,
        long memoryBytes,
        long usedBytes,
        long availableBytes,
        long storageBytes,
        long storageAvailableBytes) {
    private static final int IDLE = 4;
    private static final int WAITING = 5;
    private static final int GUEST = 9;

    /** The kernel tells of processor time in hundredths of a second, whatever it counts in. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final long BYTES_PER_KIB = 1024;

    static NodeUsage read(Path proc, Path data) throws IOException {
        long ticks = 0;
        long boot = 0;
        for (String line : Files.readAllLines(proc.resolve("stat"), StandardCharsets.US_ASCII)) {
            String[] words = line.split(" +", -1);
            if (words[0].equals("cpu")) {
                // What guests used is in what users used already.
                for (int i = 1; i < Math.min(words.length, GUEST); i++) {
                    ticks += i == IDLE || i == WAITING ? 0 : Long.parseLong(words[i]);
                }
            } else if (words[0].equals("btime")) {
                boot = Long.parseLong(words[1]);
            }
        }
        Map<String, Long> memory = new HashMap<>();
        for (String line : Files.readAllLines(proc.resolve("meminfo"), StandardCharsets.US_ASCII)) {
            String[] words = line.split(":? +", -1);
            memory.put(words[0], Long.parseLong(words[1]) * BYTES_PER_KIB);
        }
        long total = memory.getOrDefault("MemTotal", 0L);
        FileStore storage = Files.getFileStore(data);
        return new NodeUsage(
                Runtime.getRuntime().availableProcessors(),
                ticks * NANOS_PER_TICK,
                boot,
                total,
                total - memory.getOrDefault("MemFree", 0L),
                memory.getOrDefault("MemAvailable", 0L),
                storage.getTotalSpace(),
                storage.getUsableSpace());
    }

    /** What can't be given back. */
    long workingSetBytes() {
        return memoryBytes - availableBytes;
    }
}
