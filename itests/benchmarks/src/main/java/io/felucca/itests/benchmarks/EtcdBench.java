package io.felucca.itests.benchmarks;

import io.felucca.itests.benchmarks.ClosedLoop.Period;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Creates of pods on a cluster whose store is etcd, against jetcd's bare puts of what was stored,
 * in turns. The puts go to an etcd of their own beside the cluster's: the cluster watches all keys
 * of its own, and would work on what is put there.
 */
final class EtcdBench {
    private static final int IN_FLIGHT = 64;
    private static final int ROUNDS = 3;
    private static final double SECONDS = 4;

    private final Endpoint felucca;
    private final String namespace = "bench-" + ProcessHandle.current().pid();

    private EtcdBench(Path kubeconfig, long pid) throws IOException {
        Kubeconfig config = Kubeconfig.read(kubeconfig);
        felucca =
                new Endpoint(
                        new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()),
                        Tls.client(config),
                        config.server(),
                        new ServerProcess(pid));
    }

    /** Arguments: the kubeconfig, the server's pid, the folder for the results, the other etcd. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[2]);
        Files.createDirectories(folder);
        EtcdBench bench = new EtcdBench(Path.of(arguments[0]), Long.parseLong(arguments[1]));
        bench.run(folder, arguments[3]);
        System.exit(0);
    }

    private void run(Path folder, String etcd) throws Exception {
        send("POST", "/api/v1/namespaces", json("{'metadata':{'name':'" + namespace + "'}}"));
        String account = "/api/v1/namespaces/" + namespace + "/serviceaccounts/default";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (call("GET", account, null).await() != 200) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(namespace + " got no service account");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        try (EtcdPuts puts = new EtcdPuts(etcd)) {
            ClosedLoop loop = new ClosedLoop(felucca, IN_FLIGHT, "POST", n -> pods(), this::pod);
            require(loop.run(SECONDS));
            byte[] stored = call("GET", pods() + "/pod-0", null).bytes();
            puts.perSecond(IN_FLIGHT, stored, SECONDS);
            Period total = Period.NONE;
            double limit = 0;
            for (int i = 0; i < ROUNDS; i++) {
                limit += puts.perSecond(IN_FLIGHT, stored, SECONDS) / ROUNDS;
                total = total.and(require(loop.run(SECONDS)));
            }
            Results results = new Results();
            results.rate(
                    "create",
                    "pods/s",
                    total.perSecond(),
                    limit,
                    total.cpuMicros(),
                    Double.NaN,
                    0.5);
            results.write(folder.resolve("etcd.json"));
        } finally {
            send("DELETE", "/api/v1/namespaces/" + namespace, null);
        }
    }

    private String pods() {
        return "/api/v1/namespaces/" + namespace + "/pods";
    }

    /** No scheduler takes it, so no kubelet tries to run it. */
    private byte[] pod(int number) {
        return json(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'pod-"
                        + number
                        + "','labels':{'app':'bench'}},'spec':{'schedulerName':'nobody',"
                        + "'containers':[{'name':'web','image':'registry.example/bench/web:1.2.3',"
                        + "'ports':[{'containerPort':8080,'name':'http'}],'resources':{'requests':{"
                        + "'cpu':'100m','memory':'128Mi'}}}]}}");
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static Period require(Period period) {
        if (period.failed() > 0 || period.count() == 0) {
            throw new IllegalStateException(
                    period.failed() + " of " + period.count() + " creates failed");
        }
        return period;
    }

    private void send(String method, String path, byte[] body) {
        Answer answer = call(method, path, body);
        if (answer.await() / 100 != 2) {
            throw new IllegalStateException(
                    method + " " + path + ": " + answer.await() + " " + answer.text());
        }
    }

    private Answer call(String method, String path, byte[] body) {
        List<Connection> connections = felucca.connect(1);
        Answer answer = new Answer();
        connections.get(0).send(method, path, body, answer);
        answer.await();
        connections.get(0).close();
        return answer;
    }
}
