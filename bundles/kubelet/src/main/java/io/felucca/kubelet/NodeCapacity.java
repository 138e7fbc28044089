package io.felucca.kubelet;

import io.felucca.machinery.Quantity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this host has to offer.
 *
 * @param storageBytes of the file system that holds the pods' directories
 * @param hugePageBytes set aside by the host, by resource name, such as {@code hugepages-2Mi}; part
 *     of the memory
 */
record NodeCapacity(
        int cpus, long memoryBytes, long storageBytes, int pods, Map<String, Long> hugePageBytes) {
    private static final int MAX_PODS = 110;
    private static final Pattern PAGE_SIZE = Pattern.compile("hugepages-(\\d+)kB");

    NodeCapacity {
        hugePageBytes = new TreeMap<>(hugePageBytes);
    }

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
                MAX_PODS,
                hugePages(Path.of("/sys/kernel/mm/hugepages")));
    }

    /** What pods may use of the memory, without what is set aside for huge pages. */
    long smallPageBytes() {
        return memoryBytes - hugePageBytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** From a folder with one folder for each size that the kernel knows, as it shows them. */
    static Map<String, Long> hugePages(Path sizes) throws IOException {
        Map<String, Long> bytes = new TreeMap<>();
        if (!Files.isDirectory(sizes)) {
            return bytes;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(sizes)) {
            for (Path folder : folders) {
                Matcher name = PAGE_SIZE.matcher(folder.getFileName().toString());
                if (name.matches()) {
                    long size = Long.parseLong(name.group(1)) * 1024;
                    long pages =
                            Long.parseLong(
                                    Files.readString(folder.resolve("nr_hugepages")).strip());
                    bytes.put(Quantities.HUGE_PAGES + Quantity.ofBytes(size), pages * size);
                }
            }
        }
        return bytes;
    }
}
