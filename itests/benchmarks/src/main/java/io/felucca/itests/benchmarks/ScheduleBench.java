package io.felucca.itests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How many pods a second get a node, through the API, on 5,000 nodes that only the API knows. The
 * workloads are those of upstream's scheduler_perf; the limit is how fast the API takes such pods
 * when nobody schedules them. The cluster's own nodes are cordoned meanwhile.
 *
 * <p>Each workload is 1,000 pods first, which are not measured, then those that are: from the
 * sending of the first to a watch showing the last one's node. Before any is measured, 5,000 plain
 * pods are scheduled and deleted, as a process that was just started runs code that is not compiled
 * yet. All nodes' leases are renewed before each workload, and again whenever 30 seconds have
 * passed, so none of the nodes falls silent.
 */
final class ScheduleBench {
    private static final int NODES = 5_000;
    private static final int FIRST = 1_000;
    private static final int UNSCHEDULED = 5_000;
    private static final int WARM_UP = 5_000;
    private static final int RENEWAL_SECONDS = 30;
    private static final int PATIENCE_SECONDS = 120;
    private static final String PREFIX = "bench-node-";
    private static final String NAMESPACE = "bench-schedule";
    private static final String PODS = "/api/v1/namespaces/" + NAMESPACE + "/pods";
    private static final String LEASES =
            "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOST = "kubernetes.io/hostname";

    /**
     * @param spec what its pods have besides a container, as JSON fields each followed by a comma
     * @param pods how many are measured
     * @param wanted pods per second
     */
    private record Workload(String name, String spec, int pods, double wanted) {}

    private static final List<Workload> WORKLOADS =
            List.of(
                    new Workload("plain", "", 10_000, 1_500),
                    // One to a node, so that with the first there is room for them all.
                    new Workload(
                            "anti-affinity",
                            "'affinity':{'podAntiAffinity':{"
                                    + "'requiredDuringSchedulingIgnoredDuringExecution':["
                                    + term("anti-affinity", HOST)
                                    + "]}},",
                            2_000,
                            500),
                    new Workload(
                            "affinity",
                            "'affinity':{'podAffinity':{"
                                    + "'requiredDuringSchedulingIgnoredDuringExecution':["
                                    + term("affinity", ZONE)
                                    + "]}},",
                            10_000,
                            300),
                    new Workload(
                            "preferred-affinity",
                            "'affinity':{'podAffinity':{"
                                    + "'preferredDuringSchedulingIgnoredDuringExecution':[{"
                                    + "'weight':1,'podAffinityTerm':"
                                    + term("preferred-affinity", HOST)
                                    + "}]}},",
                            10_000,
                            500),
                    new Workload(
                            "spreading",
                            "'topologySpreadConstraints':[{'maxSkew':5,'topologyKey':'"
                                    + ZONE
                                    + "','whenUnsatisfiable':'DoNotSchedule','labelSelector':"
                                    + "{'matchLabels':{'workload':'spreading'}}}],",
                            10_000,
                            500));

    private final Api api;
    private final Results results = new Results();
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor();
    private double limit;
    private volatile long renewed;

    private ScheduleBench(Api api) {
        this.api = api;
    }

    /**
     * Arguments: the kubeconfig, the server's pid (0 if it is elsewhere), the folder for the
     * results, and the names of the workloads, none for all.
     */
    public static void main(String[] arguments) throws Exception {
        List<String> wanted = Stream.of(arguments).skip(3).toList();
        List<Workload> workloads =
                WORKLOADS.stream()
                        .filter(one -> wanted.isEmpty() || wanted.contains(one.name()))
                        .toList();
        if (workloads.size() < wanted.size()) {
            Results.print(
                    "one of %s is not a workload; there are %s%n",
                    wanted, WORKLOADS.stream().map(Workload::name).toList());
            System.exit(1);
        }
        Path folder = Path.of(arguments[2]);
        Files.createDirectories(folder);
        Api api = Api.connect(Path.of(arguments[0]), Long.parseLong(arguments[1]));
        new ScheduleBench(api).run(workloads, folder.resolve("schedule.json"));
        System.exit(0);
    }

    private void run(List<Workload> workloads, Path file) throws IOException, InterruptedException {
        // A run that was cut short may have left something.
        clean();
        List<String> cordoned = cordon();
        try {
            makeNodes();
            renewed = System.nanoTime();
            var unused =
                    renewal.scheduleWithFixedDelay(this::renewOldLeases, 1, 1, TimeUnit.SECONDS);
            api.makeNamespace(NAMESPACE);
            measureLimit();
            warmUp();
            for (Workload workload : workloads) {
                measure(workload);
            }
            results.write(file);
        } finally {
            renewal.shutdown();
            clean();
            cordoned.forEach(name -> setUnschedulable(name, "null"));
        }
    }

    private void clean() {
        api.removeNamespace(NAMESPACE);
        api.deleteAll("/api/v1/nodes", api.names("/api/v1/nodes", PREFIX));
        api.deleteAll(LEASES, api.names(LEASES, PREFIX));
    }

    /** Keeps the pods from the nodes that would run them. */
    private List<String> cordon() {
        List<String> names = new ArrayList<>();
        for (JsonNode node : api.read("/api/v1/nodes").get("items")) {
            if (!node.at("/spec/unschedulable").asBoolean()) {
                String name = node.at("/metadata/name").asText();
                setUnschedulable(name, "true");
                names.add(name);
            }
        }
        return names;
    }

    private void setUnschedulable(String node, String value) {
        api.send(
                "PATCH",
                "/api/v1/nodes/" + node,
                Api.json("{'spec':{'unschedulable':" + value + "}}"));
    }

    private void makeNodes() {
        api.all(NODES, "POST", n -> LEASES, ScheduleBench::lease);
        api.all(NODES, "POST", n -> "/api/v1/nodes", ScheduleBench::node);
        Api.await(
                60,
                "nodes without taints",
                () -> {
                    for (JsonNode node : api.read("/api/v1/nodes").get("items")) {
                        boolean ours = node.at("/metadata/name").asText().startsWith(PREFIX);
                        if (ours && !node.at("/spec/taints").isEmpty()) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static String nodeName(int number) {
        return PREFIX + number;
    }

    private static byte[] lease(int number) {
        return Api.json(
                "{'metadata':{'name':'"
                        + nodeName(number)
                        + "','namespace':'kube-node-lease'},'spec':{'holderIdentity':'"
                        + nodeName(number)
                        + "','leaseDurationSeconds':40,'renewTime':'"
                        + micro()
                        + "'}}");
    }

    private static String micro() {
        return second().replace("Z", ".000000Z");
    }

    private static String second() {
        return Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private synchronized void renewLeases() {
        renewed = System.nanoTime();
        byte[] renewal = Api.json("{'spec':{'renewTime':'" + micro() + "'}}");
        api.all(NODES, "PATCH", n -> LEASES + "/" + nodeName(n), n -> renewal);
    }

    /** With a pod range of its own, of addresses that no cluster has. */
    private static byte[] node(int number) {
        String range = "100." + (64 + number / 256) + "." + number % 256 + ".0/24";
        String room = "{'cpu':'4','memory':'32Gi','pods':'110'}";
        String time = second();
        return Api.json(
                "{'metadata':{'name':'"
                        + nodeName(number)
                        + "','labels':{'"
                        + HOST
                        + "':'"
                        + nodeName(number)
                        + "','"
                        + ZONE
                        + "':'zone-"
                        + number % 3
                        + "'}},'spec':{'podCIDR':'"
                        + range
                        + "','podCIDRs':['"
                        + range
                        + "']},'status':{'capacity':"
                        + room
                        + ",'allocatable':"
                        + room
                        + ",'conditions':[{'type':'Ready','status':'True','reason':'KubeletReady',"
                        + "'lastHeartbeatTime':'"
                        + time
                        + "','lastTransitionTime':'"
                        + time
                        + "'}]}}");
    }

    private static String term(String workload, String topologyKey) {
        return "{'labelSelector':{'matchLabels':{'workload':'"
                + workload
                + "'}},'topologyKey':'"
                + topologyKey
                + "'}";
    }

    private static byte[] pod(String name, String workload, String part, String spec) {
        String room = "{'cpu':'100m','memory':'500Mi'}";
        return Api.json(
                "{'metadata':{'name':'"
                        + name
                        + "','labels':{'workload':'"
                        + workload
                        + "','part':'"
                        + part
                        + "'}},'spec':{"
                        + spec
                        + "'containers':[{'name':'pause','image':'registry.example/pause:3',"
                        + "'ports':[{'containerPort':80}],'resources':{'requests':"
                        + room
                        + ",'limits':"
                        + room
                        + "}}]}}");
    }

    private void measureLimit() {
        String spec = "'schedulerName':'nobody',";
        api.all(FIRST, "POST", n -> PODS, n -> pod("warm-" + n, "none", "first", spec));
        limit =
                api.all(
                                UNSCHEDULED,
                                "POST",
                                n -> PODS,
                                n -> pod("limit-" + n, "none", "measured", spec))
                        .perSecond();
        api.deleteAll(PODS, api.names(PODS, ""));
    }

    private void warmUp() throws InterruptedException {
        Connection watches = api.endpoint().connect(1).get(0);
        create(watches, WORKLOADS.get(0), "warm", WARM_UP);
        watches.close();
        api.deleteAll(PODS, api.names(PODS, ""));
    }

    private void renewOldLeases() {
        if (System.nanoTime() - renewed > TimeUnit.SECONDS.toNanos(RENEWAL_SECONDS)) {
            renewLeases();
        }
    }

    private void measure(Workload workload) throws InterruptedException {
        renewLeases();
        Connection watches = api.endpoint().connect(1).get(0);
        create(watches, workload, "first", FIRST);
        double cpu = api.endpoint().process().cpuSeconds();
        long start = System.nanoTime();
        long[] ends = create(watches, workload, "measured", workload.pods());
        double rate = workload.pods() * 1e9 / (ends[1] - start);
        double used = api.endpoint().process().cpuSeconds() - cpu;
        watches.close();
        results.add(
                Figure.of(workload.name(), "pods/s", rate, limit, Target.atLeast(workload.wanted()))
                        .and(
                                "created per second meanwhile",
                                workload.pods() * 1e9 / (ends[0] - start))
                        .and("processor microseconds per pod", used * 1e6 / workload.pods()));
        api.deleteAll(PODS, api.names(PODS, ""));
    }

    /** Gives when the last was created and when the last had a node. */
    private long[] create(Connection watches, Workload workload, String part, int count)
            throws InterruptedException {
        BoundPods bound =
                BoundPods.watch(
                        watches, NAMESPACE, "workload=" + workload.name() + ",part=" + part, count);
        api.all(
                count,
                "POST",
                n -> PODS,
                n -> pod(part + "-" + n, workload.name(), part, workload.spec()));
        long created = System.nanoTime();
        return new long[] {created, bound.await(PATIENCE_SECONDS)};
    }
}
