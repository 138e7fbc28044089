package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The pods' cgroups: {@code kubepods/[burstable/|besteffort/]pod<uid>}, with the sums of their
 * containers' limits. The runtime makes the containers' own below them and never removes these.
 * Works on version 2 and on version 1, also hybrid. Thread-safe.
 */
final class PodCgroups {
    private static final String TOP = "kubepods";
    private static final long PERIOD_MICROS = 100_000;
    private static final long MIN_QUOTA_MICROS = 1_000;
    private static final long MIN_SHARES = 2;

    private final boolean unified;

    /** On version 2 the one hierarchy; on version 1 that of each controller. */
    private final List<Path> hierarchies;

    private final String parent;

    /**
     * @param mount where the cgroups are, usually {@code /sys/fs/cgroup}
     * @param root under which {@code kubepods} is made; empty for the top
     */
    PodCgroups(Path mount, String root) {
        this.unified = Files.exists(mount.resolve("cgroup.controllers"));
        this.parent = root.isEmpty() ? TOP : strip(root) + "/" + TOP;
        this.hierarchies = unified ? List.of(mount) : directories(mount);
    }

    /** The path as the runtime wants it. */
    String path(Pod pod) {
        return "/" + relative(Qos.of(pod), pod.getMetadata().getUid());
    }

    /** Creates the pod's cgroup, or sets its limits again. */
    synchronized void ensure(Pod pod) throws IOException {
        String path = relative(Qos.of(pod), pod.getMetadata().getUid());
        if (unified) {
            ensureUnified(path, pod);
        } else {
            ensureSplit(path, pod);
        }
    }

    /** Whether the pod's cgroup is gone now; false while something still runs in it. */
    synchronized boolean remove(String uid) {
        boolean gone = true;
        for (Path hierarchy : hierarchies) {
            for (Qos qos : Qos.values()) {
                gone &= removeTree(hierarchy.resolve(relative(qos, uid)));
            }
        }
        return gone;
    }

    /** The uids that have a cgroup. */
    synchronized List<String> uids() throws IOException {
        List<String> uids = new ArrayList<>();
        for (Path hierarchy : hierarchies) {
            for (Qos qos : Qos.values()) {
                Path directory = hierarchy.resolve(relative(qos, "")).getParent();
                if (!Files.isDirectory(directory)) {
                    continue;
                }
                try (Stream<Path> children = Files.list(directory)) {
                    children.map(child -> child.getFileName().toString())
                            .filter(name -> name.startsWith("pod"))
                            .map(name -> name.substring("pod".length()))
                            .filter(uid -> !uids.contains(uid))
                            .forEach(uids::add);
                }
            }
        }
        return uids;
    }

    static long shares(long milliCpu) {
        return Math.max(MIN_SHARES, milliCpu * 1024 / 1000);
    }

    static long quotaMicros(long milliCpu) {
        return Math.max(MIN_QUOTA_MICROS, milliCpu * PERIOD_MICROS / 1000);
    }

    static long periodMicros() {
        return PERIOD_MICROS;
    }

    /** The limit of the whole pod: only if each of its containers has one. */
    static OptionalLong podLimit(Pod pod, String resource) {
        long sum = 0;
        for (Container container : pod.getSpec().getContainers()) {
            OptionalLong limit = Quantities.of(Quantities.limits(container), resource);
            if (limit.isEmpty()) {
                return OptionalLong.empty();
            }
            sum += limit.getAsLong();
        }
        long init = 0;
        for (Container container : pod.getSpec().getInitContainers()) {
            OptionalLong limit = Quantities.of(Quantities.limits(container), resource);
            if (limit.isEmpty()) {
                return OptionalLong.empty();
            }
            if (Containers.isSidecar(container)) {
                sum += limit.getAsLong();
            } else {
                init = Math.max(init, limit.getAsLong());
            }
        }
        return OptionalLong.of(Math.max(sum, init));
    }

    private void ensureUnified(String path, Pod pod) throws IOException {
        Path directory = hierarchies.get(0);
        for (String part : path.split("/", -1)) {
            enableControllers(directory);
            directory = directory.resolve(part);
            Files.createDirectories(directory);
        }
        enableControllers(directory);
        long shares = shares(Quantities.podRequest(pod, Quantities.CPU));
        write(directory, "cpu.weight", Long.toString(1 + (shares - 2) * 9999 / 262142));
        OptionalLong cpu = podLimit(pod, Quantities.CPU);
        if (cpu.isPresent()) {
            write(directory, "cpu.max", quotaMicros(cpu.getAsLong()) + " " + PERIOD_MICROS);
        }
        OptionalLong memory = podLimit(pod, Quantities.MEMORY);
        if (memory.isPresent()) {
            write(directory, "memory.max", Long.toString(memory.getAsLong()));
        }
    }

    /** What the host offers here is handed down, so that the containers below can have limits. */
    private static void enableControllers(Path directory) throws IOException {
        Path wanted = directory.resolve("cgroup.controllers");
        Path enabled = directory.resolve("cgroup.subtree_control");
        List<String> already = List.of(Files.readString(enabled).strip().split(" ", -1));
        for (String controller : Files.readString(wanted).strip().split(" ", -1)) {
            if (!controller.isEmpty() && !already.contains(controller)) {
                Files.writeString(enabled, "+" + controller);
            }
        }
    }

    private void ensureSplit(String path, Pod pod) throws IOException {
        for (Path hierarchy : hierarchies) {
            Path directory = hierarchy.resolve(path);
            if (has(hierarchy, "cpu.shares")) {
                Files.createDirectories(directory);
                write(
                        directory,
                        "cpu.shares",
                        Long.toString(shares(Quantities.podRequest(pod, Quantities.CPU))));
                OptionalLong cpu = podLimit(pod, Quantities.CPU);
                if (cpu.isPresent()) {
                    write(directory, "cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
                    write(
                            directory,
                            "cpu.cfs_quota_us",
                            Long.toString(quotaMicros(cpu.getAsLong())));
                }
            }
            if (has(hierarchy, "memory.limit_in_bytes")) {
                Files.createDirectories(directory);
                OptionalLong memory = podLimit(pod, Quantities.MEMORY);
                if (memory.isPresent()) {
                    write(directory, "memory.limit_in_bytes", Long.toString(memory.getAsLong()));
                }
            }
            if (Files.exists(hierarchy.resolve("pids"))
                    || hierarchy.getFileName().toString().equals("pids")) {
                Files.createDirectories(directory);
            }
        }
    }

    private static boolean has(Path hierarchy, String file) {
        return Files.exists(hierarchy.resolve(file));
    }

    private String relative(Qos qos, String uid) {
        String pod = "/pod" + uid;
        return parent
                + switch (qos) {
                    case Guaranteed -> pod;
                    case Burstable, BestEffort -> "/" + qos.name().toLowerCase(Locale.ROOT) + pod;
                };
    }

    private static void write(Path directory, String file, String value) throws IOException {
        Path path = directory.resolve(file);
        if (!Files.readString(path).strip().equals(value)) {
            Files.writeString(path, value);
        }
    }

    private static boolean removeTree(Path directory) {
        if (!Files.isDirectory(directory)) {
            return true;
        }
        try {
            Files.walkFileTree(
                    directory,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult postVisitDirectory(Path one, IOException failure)
                                throws IOException {
                            // Only directories can be removed; the kernel's files go with them.
                            Files.delete(one);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            // Busy: a process is still ending in it.
            return false;
        }
    }

    private static List<Path> directories(Path mount) {
        try (Stream<Path> children = Files.list(mount)) {
            // Links such as cpu,cpuacct name a hierarchy again.
            return children.filter(
                            child -> Files.isDirectory(child) && !Files.isSymbolicLink(child))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the cgroups in " + mount + " can't be read", e);
        }
    }

    private static String strip(String path) {
        return path.replaceAll("^/+|/+$", "");
    }
}
