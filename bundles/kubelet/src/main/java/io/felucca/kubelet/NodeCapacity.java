package io.felucca.kubelet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this host has to offer.
 *
 * @param storageBytes of the file system that holds the pods' directories
 */
record NodeCapacity(int cpus, long memoryBytes, long storageBytes, int pods) {
    private static final int MAX_PODS = 110;

    static NodeCapacity read(Path data) throws IOException {
        long memory = 0;
        for (String line :
                Files.readAllLines(Path.of("/proc/meminfo"), StandardCharsets.US_ASCII)) {
            if (line.startsWith("MemTotal:")) {
                memory = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return new NodeCapacity(
                Runtime.getRuntime().availableProcessors(),
                memory,
                Files.getFileStore(data).getTotalSpace(),
                MAX_PODS);
    }
}
