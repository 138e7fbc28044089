package io.felucca.cni.ptp;

import io.fabric8.kubernetes.api.model.Node;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the machine up as soon as its Node has a range of pod addresses, and again when that
 * changes.
 *
 * <p>When it is deactivated everything stays as it is: pods go on, and the next build finds it so.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class PtpDriver {
    private static final Logger LOG = LoggerFactory.getLogger(PtpDriver.class);
    private static final String FILE = "10-felucca.conflist";
    private static final long RETRY_SECONDS = 5;

    /** What of the cluster's configuration is used here. */
    public @interface Config {
        String node_name();

        String node_ip();

        String run_dir();

        String cni_conf_dir();

        String cni_bin_dir() default "/usr/lib/cni";

        String pod_cidr() default "10.244.0.0/16";

        String service_cidr() default "10.96.0.0/12";

        String nft_table() default "felucca";
    }

    private final Config config;
    private final Informer<Node> nodes;
    // What arrives while it ends is dropped: the next build looks at everything anew.
    private final ScheduledExecutorService worker =
            new ScheduledThreadPoolExecutor(
                    1, PtpDriver::thread, new ThreadPoolExecutor.DiscardPolicy());
    private volatile String wanted = "";
    private String done = "";

    @Activate
    public PtpDriver(Config config, @Reference Informers informers) {
        this.config = config;
        nodes = informers.of(Node.class, "metadata.name=" + config.node_name());
        nodes.onChange(change -> change.now().flatMap(PtpDriver::podCidr).ifPresent(this::want));
    }

    /** The node's IPv4 range; empty until it has one. */
    static Optional<String> podCidr(Node node) {
        if (node.getSpec() == null) {
            return Optional.empty();
        }
        List<String> all = node.getSpec().getPodCIDRs();
        return all.stream()
                .filter(one -> one.indexOf(':') < 0)
                .findFirst()
                .or(() -> Optional.ofNullable(node.getSpec().getPodCIDR()))
                .filter(one -> one.indexOf(':') < 0 && !one.isEmpty());
    }

    private void want(String podCidr) {
        wanted = podCidr;
        worker.execute(this::apply);
    }

    private void apply() {
        String podCidr = wanted;
        if (podCidr.equals(done)) {
            return;
        }
        try {
            Host.forward();
            Host.nft(
                    Masquerade.script(
                            config.nft_table() + "_cni",
                            podCidr,
                            config.pod_cidr(),
                            config.service_cidr()));
            // Last: with this file the node counts as ready for pods.
            Host.write(Path.of(config.cni_conf_dir(), FILE), networkList(podCidr));
            done = podCidr;
            LOG.info("pods of this node get addresses of {}", podCidr);
        } catch (IOException e) {
            LOG.warn("pod networking is not set up yet, will try again: {}", e.getMessage());
            var unused = worker.schedule(this::apply, RETRY_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // Only when this part ends.
            Thread.currentThread().interrupt();
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = Executors.defaultThreadFactory().newThread(task);
        thread.setName("cni-ptp");
        thread.setDaemon(true);
        return thread;
    }

    private byte[] networkList(String podCidr) throws IOException {
        return Json.bytes(
                NetworkList.of(
                        podCidr,
                        Path.of(config.run_dir(), "cni", "ipam"),
                        Host.mtu(config.node_ip()),
                        Files.isExecutable(Path.of(config.cni_bin_dir(), "bandwidth"))));
    }

    @Deactivate
    void deactivate() {
        nodes.close();
        worker.shutdownNow();
    }
}
