package io.felucca.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long a pod takes to start on its node, one and twenty at once, against the same calls to the
 * runtime alone; and one created by kubectl. Pod and limit take turns. The image is there already.
 */
final class PodsBench {
    private static final String NAMESPACE = "bench-pods";
    private static final String PODS = "/api/v1/namespaces/" + NAMESPACE + "/pods";
    private static final String IMAGE = "localhost/felucca/pause:1";
    private static final int WARM_UPS = 2;
    private static final int ONES = 7;
    private static final int ROUNDS = 3;
    private static final int MANY = 20;

    private final Api api;
    private final Path kubeconfig;
    private final BareRuntime bare;
    private final String node;
    private final PodWatch watch;
    private int created;

    private PodsBench(Api api, Path kubeconfig, BareRuntime bare, String node)
            throws InterruptedException {
        this.api = api;
        this.kubeconfig = kubeconfig;
        this.bare = bare;
        this.node = node;
        this.watch = PodWatch.open(api.endpoint().connect(1).get(0), NAMESPACE);
    }

    /** Arguments: the kubeconfig, the folder for the results, containerd's socket, the node. */
    public static void main(String[] arguments) throws Exception {
        Path kubeconfig = Path.of(arguments[0]);
        Path folder = Path.of(arguments[1]);
        Files.createDirectories(folder);
        Api api = Api.connect(kubeconfig, 0);
        // A run that was cut short may have left it.
        api.removeNamespace(NAMESPACE);
        api.makeNamespace(NAMESPACE);
        try (BareRuntime bare = new BareRuntime(Path.of(arguments[2]), IMAGE)) {
            Results results = new Results();
            new PodsBench(api, kubeconfig, bare, arguments[3]).run(results);
            results.write(folder.resolve("pods.json"));
        } finally {
            api.removeNamespace(NAMESPACE);
        }
        System.exit(0);
    }

    private void run(Results results) throws IOException, InterruptedException {
        List<Double> pods = new ArrayList<>();
        List<Double> limits = new ArrayList<>();
        for (int i = 0; i < WARM_UPS + ONES; i++) {
            double limit = bare.startSeconds(1);
            double pod = startSeconds(1);
            if (i >= WARM_UPS) {
                limits.add(limit * 1000);
                pods.add(pod * 1000);
            }
        }
        results.add(
                Figure.of(
                        "start-of-one",
                        "ms",
                        median(pods),
                        median(limits),
                        Target.ratioAtMost(1.2)));
        List<Double> kubectls = new ArrayList<>();
        for (int i = 0; i < WARM_UPS + ONES; i++) {
            double seconds = kubectlSeconds();
            if (i >= WARM_UPS) {
                kubectls.add(seconds);
            }
        }
        results.add(
                Figure.of(
                        "kubectl-to-ready", "s", median(kubectls), Double.NaN, Target.atMost(0.6)));
        List<Double> rates = new ArrayList<>();
        List<Double> limitRates = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            limitRates.add(MANY / bare.startSeconds(MANY));
            rates.add(MANY / startSeconds(MANY));
        }
        results.add(
                Figure.of(
                        "twenty-at-once",
                        "pods/s",
                        median(rates),
                        median(limitRates),
                        Target.ratioAtLeast(0.85)));
    }

    /** From the sending of the first to the watch showing the last one Ready. */
    private double startSeconds(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("pod-" + created++);
        }
        // No scheduler: what it adds counts where kubectl creates the pod.
        long start = System.nanoTime();
        api.all(count, "POST", n -> PODS, n -> pod(names.get(n), "'nodeName':'" + node + "',"));
        long last = start;
        for (String name : names) {
            last = Math.max(last, watch.ready(name));
        }
        api.all(count, "DELETE", n -> PODS + "/" + names.get(n), n -> null);
        names.forEach(watch::gone);
        return (last - start) / 1e9;
    }

    /** From the start of kubectl's process, which takes its part of the time. */
    private double kubectlSeconds() throws IOException, InterruptedException {
        String name = "pod-" + created++;
        Path file = Files.createTempFile("bench-pod", ".json");
        Files.write(file, pod(name, ""));
        long start = System.nanoTime();
        Process kubectl =
                new ProcessBuilder(
                                "kubectl",
                                "--kubeconfig",
                                kubeconfig.toString(),
                                "-n",
                                NAMESPACE,
                                "create",
                                "-f",
                                file.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        long ready = watch.ready(name);
        if (kubectl.waitFor() != 0) {
            throw new IllegalStateException("kubectl create failed");
        }
        Files.delete(file);
        api.send("DELETE", PODS + "/" + name, null);
        watch.gone(name);
        return (ready - start) / 1e9;
    }

    private static byte[] pod(String name, String where) {
        return Api.json(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'"
                        + name
                        + "'},'spec':{"
                        + where
                        + "'terminationGracePeriodSeconds':0,'containers':[{'name':'pause','image':'"
                        + IMAGE
                        + "'}]}}");
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
