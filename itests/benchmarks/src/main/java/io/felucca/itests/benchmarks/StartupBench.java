package io.felucca.itests.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * How soon a cluster is there, in a folder of its own: {@code felucca up} from its call to its end,
 * on a built tree and without any data, median of three; the process from its start, as the kernel
 * noted it, to the first ok of {@code /readyz}, median of five restarts; and the memory that the
 * empty process holds half a minute after the last.
 */
final class StartupBench {
    private static final int UPS = 3;
    private static final int STARTS = 5;
    private static final int IDLE_SECONDS = 30;
    private static final double TICKS_PER_SECOND = 100;
    private static final int START_TIME = 19;

    private final Path launcher;
    private final Path home;
    private final List<String> options;
    private int port;

    private StartupBench(Path launcher, Path home, List<String> options) {
        this.launcher = launcher;
        this.home = home;
        this.options = options;
    }

    /** Arguments: the launcher, the cluster's folder, the folder for results, up's options. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[2]);
        Files.createDirectories(folder);
        StartupBench bench =
                new StartupBench(
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        Stream.of(arguments).skip(3).toList());
        Results results = new Results();
        try {
            bench.run(results);
        } finally {
            bench.run("down", List.of("--purge"));
        }
        results.write(folder.resolve("startup.json"));
        System.exit(0);
    }

    private void run(Results results) throws Exception {
        List<Double> ups = new ArrayList<>();
        // The first may build, and fills the machine's file cache.
        for (int i = 0; i <= UPS; i++) {
            run("down", List.of("--purge"));
            long begin = System.nanoTime();
            run("up", options);
            if (i > 0) {
                ups.add((System.nanoTime() - begin) / 1e9);
            }
        }
        results.add(Figure.of("up", "s", PodsBench.median(ups), Double.NaN, Target.atMost(8)));
        port = Kubeconfig.read(home.resolve("admin.kubeconfig")).server().getPort();
        HttpClient client = client();
        List<Double> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            starts.add(restartSeconds(client));
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
        double megabytes = residentMegabytes(pid());
        results.add(
                Figure.of("ready", "s", PodsBench.median(starts), Double.NaN, Target.atMost(3))
                        .and("longest", starts.stream().max(Double::compare).orElseThrow()));
        results.add(Figure.of("memory", "MB", megabytes, Double.NaN, Target.atMost(350)));
    }

    private double restartSeconds(HttpClient client) throws Exception {
        String before = pid();
        Process restart = start("restart", List.of());
        Api.await(60, "another process", () -> !pid().isEmpty() && !pid().equals(before));
        double started = startedSeconds(pid());
        while (!isReady(client)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        double ready = upSeconds();
        if (restart.waitFor() != 0) {
            throw new IllegalStateException("felucca restart failed");
        }
        return ready - started;
    }

    private boolean isReady(HttpClient client) throws InterruptedException {
        // A refused connection costs the machine next to nothing, unlike a handshake.
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        } catch (IOException e) {
            return false;
        }
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/readyz"))
                            .timeout(Duration.ofSeconds(5))
                            .build();
            return client.send(request, BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpClient client() throws IOException, GeneralSecurityException {
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        Kubeconfig config = Kubeconfig.read(home.resolve("admin.kubeconfig"));
        authorities.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(Kubeconfig.pem(config.authority())));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    /** Of the cluster's process; empty while there is none. */
    private String pid() {
        try {
            return Files.readString(home.resolve("felucca.pid")).split("\\s", 2)[0];
        } catch (IOException e) {
            return "";
        }
    }

    /** Since the machine was started, as the next. */
    private static double startedSeconds(String pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", pid, "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[START_TIME]) / TICKS_PER_SECOND;
    }

    private static double upSeconds() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]);
    }

    private static double residentMegabytes(String pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", pid, "status"))) {
            String line = lines.filter(one -> one.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
    }

    private void run(String word, List<String> more) throws IOException, InterruptedException {
        if (start(word, more).waitFor() != 0) {
            throw new IllegalStateException("felucca " + word + " failed");
        }
    }

    private Process start(String word, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), word));
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("FELUCCA_HOME", home.toString());
        return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
