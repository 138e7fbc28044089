package io.felucca.itests.benchmarks;

import io.felucca.itests.benchmarks.OpenLoop.Kind;
import io.felucca.itests.benchmarks.OpenLoop.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Each part swapped for another build of it and back, by the command that users have for it, under
 * an open-loop load. What is measured is the longest that anybody had to wait for what the part
 * does: a request for its answer, a Deployment for its controller, a pod for the scheduler, and on
 * the node a pod to be Ready beyond what one takes in the median. Nothing may fail or be lost.
 */
final class SwapBench {
    private static final List<String> PARTS =
            List.of(
                    "apiserver.rest",
                    "apiserver.auth",
                    "apiserver",
                    "client",
                    "api.core",
                    "api.apps",
                    "scheduler",
                    "scheduler.plugins",
                    "controller.deployment",
                    "controller.manager",
                    "kubelet",
                    "kubeproxy");
    private static final String NAMESPACE = "bench-swap";
    private static final String OTHER_VERSION = "0.1.1.another-build";
    private static final long AFTER_SECONDS = 3;
    private static final int FAILURES_SHOWN = 5;
    private static final int PATIENCE_SECONDS = 30;
    private static final String POD =
            "{'terminationGracePeriodSeconds':0,'containers':[{'name':'pause',"
                    + "'image':'localhost/felucca/pause:1'}]}";

    private final Path launcher;
    private final Path assembly;
    private final Path folder;
    private final Results results = new Results();
    private int lost;

    private SwapBench(Path launcher, Path assembly, Path folder) {
        this.launcher = launcher;
        this.assembly = assembly;
        this.folder = folder;
    }

    /**
     * Arguments: the kubeconfig, the folder for the results, the launcher, the assembly whose
     * bundles run, and the parts, none for all.
     */
    public static void main(String[] arguments) throws Exception {
        List<String> parts = Stream.of(arguments).skip(4).toList();
        Path folder = Path.of(arguments[1]);
        Files.createDirectories(folder);
        Api api = Api.connect(Path.of(arguments[0]), 0);
        // A run that was cut short may have left it.
        api.removeNamespace(NAMESPACE);
        api.makeNamespace(NAMESPACE);
        try {
            new SwapBench(Path.of(arguments[2]), Path.of(arguments[3]), folder)
                    .run(api, parts.isEmpty() ? PARTS : parts);
        } finally {
            api.removeNamespace(NAMESPACE);
        }
        System.exit(0);
    }

    private void run(Api api, List<String> parts) throws IOException, InterruptedException {
        try (OpenLoop load = new OpenLoop(api, NAMESPACE, POD)) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(AFTER_SECONDS));
            load.settle(PATIENCE_SECONDS);
            load.take();
            for (String part : parts) {
                measure(load, part);
            }
        }
        results.add(Figure.of("lost", "things", lost, Double.NaN, Target.atMost(0)));
        results.write(folder.resolve("swap.json"));
    }

    private void measure(OpenLoop load, String part) throws IOException, InterruptedException {
        Path original =
                assembly.resolve("system/io/felucca")
                        .resolve(part)
                        .resolve("0.1.0-SNAPSHOT")
                        .resolve(part + "-0.1.0-SNAPSHOT.jar");
        swap(part, other(original, part));
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(AFTER_SECONDS));
        swap(part, original);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(AFTER_SECONDS));
        int unfinished = load.settle(PATIENCE_SECONDS);
        List<Sample> samples = load.take();
        int failed = 0;
        for (Sample sample : samples) {
            if (!sample.failure().isEmpty()) {
                failed++;
                if (failed <= FAILURES_SHOWN) {
                    Results.print("  %s: failed: %s%n", part, sample.failure());
                }
            }
        }
        if (!load.wrong().isEmpty()) {
            Results.print("  %s: %s%n", part, load.wrong());
            failed++;
        }
        lost += failed + unfinished + load.lost();
        double pod = seconds(samples, Kind.POD, 1);
        double without =
                switch (kind(part)) {
                    case POD -> pod - seconds(samples, Kind.POD, 0.5);
                    case REQUEST, CONTROLLER, SCHEDULER -> seconds(samples, kind(part), 1);
                };
        results.add(
                Figure.of(part, "s", without, Double.NaN, Target.atMost(0.5))
                        .and("requests", count(samples))
                        .and("p99 ms", seconds(samples, Kind.REQUEST, 0.99) * 1000)
                        .and("longest ms", seconds(samples, Kind.REQUEST, 1) * 1000)
                        .and("controller ms", seconds(samples, Kind.CONTROLLER, 1) * 1000)
                        .and("scheduler ms", seconds(samples, Kind.SCHEDULER, 1) * 1000)
                        .and("pod ready ms", pod * 1000)
                        .and("failed", failed)
                        .and("unfinished", unfinished)
                        .and("lost writes", load.lost()));
    }

    /** What nobody does while the part is away. */
    private static Kind kind(String part) {
        if (part.startsWith("controller.")) {
            return Kind.CONTROLLER;
        }
        if (part.startsWith("scheduler")) {
            return Kind.SCHEDULER;
        }
        return part.startsWith("kube") ? Kind.POD : Kind.REQUEST;
    }

    private static int count(List<Sample> samples) {
        return Math.toIntExact(samples.stream().filter(one -> one.kind() == Kind.REQUEST).count());
    }

    /** The time that such a share of them did not exceed. */
    private static double seconds(List<Sample> samples, Kind kind, double share) {
        double[] sorted =
                samples.stream()
                        .filter(one -> one.kind() == kind)
                        .mapToDouble(Sample::seconds)
                        .sorted()
                        .toArray();
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.max(0, (int) Math.ceil(sorted.length * share) - 1)];
    }

    private void swap(String part, Path jar) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                launcher.toString(),
                                "shell",
                                "felucca:swap " + part + " " + jar.toAbsolutePath())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the swap of " + part + " failed: " + said);
        }
    }

    /** The same classes, with another version in the manifest. */
    private Path other(Path original, String part) throws IOException {
        Path copy = folder.resolve("other-" + part + ".jar");
        try (JarFile jar = new JarFile(original.toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            manifest.getMainAttributes().putValue("Bundle-Version", OTHER_VERSION);
            try (OutputStream file = Files.newOutputStream(copy);
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        try (InputStream content = jar.getInputStream(entry)) {
                            content.transferTo(out);
                        }
                        out.closeEntry();
                    }
                }
            }
        }
        return copy;
    }
}
