package io.felucca.kubelet;

import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.HttpHandler;
import io.felucca.kubelet.cri.Cri;
import io.felucca.metrics.MetricSet;
import io.felucca.metrics.ProcessMetrics;
import io.felucca.pki.api.ClusterTrust;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The node agent as a component. What it works with is static: if one is replaced the agent starts
 * anew, which takes milliseconds and leaves the containers alone.
 */
@Component(
        service = HttpHandler.class,
        property = HttpHandler.LISTENER + "=kubelet",
        immediate = true,
        configurationPid = "io.felucca.cluster",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class KubeletComponent implements HttpHandler {
    private final Kubelet kubelet;
    private final HttpHandler api;
    private final List<MetricSet> metricSets = new CopyOnWriteArrayList<>();

    /** The node's part of the cluster's configuration. */
    public @interface Config {
        String node_name();

        String node_ip();

        String data_dir();

        String run_dir();

        String pod_logs_dir() default "/var/log/pods";

        String cluster_domain() default "cluster.local";

        String dns_ip() default "10.96.0.10";

        int kubelet_port() default 10250;

        String cgroup_root() default "";
    }

    @Activate
    public KubeletComponent(
            Config config,
            @Reference Clients clients,
            @Reference Informers informers,
            @Reference Cri cri,
            @Reference ClusterTrust trust,
            @Reference Clock clock)
            throws IOException {
        NodeSettings settings =
                new NodeSettings(
                        config.node_name(),
                        config.node_ip(),
                        Path.of(config.data_dir()),
                        Path.of(config.run_dir()),
                        Path.of(config.pod_logs_dir()),
                        config.cluster_domain(),
                        config.dns_ip(),
                        config.kubelet_port(),
                        config.cgroup_root());
        kubelet = new Kubelet(settings, clients, informers, cri, clock);
        metricSets.addAll(List.of(kubelet.metrics(), ProcessMetrics.ofThisProcess()));
        api = kubelet.api(trust, () -> metricSets);
    }

    @Reference(
            target = "(" + MetricSet.ENDPOINT + "=" + MetricSet.KUBELET + ")",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addMetricSet(MetricSet set) {
        metricSets.add(set);
    }

    void removeMetricSet(MetricSet set) {
        metricSets.remove(set);
    }

    @Override
    public void handle(HttpExchange exchange) {
        api.handle(exchange);
    }

    @Deactivate
    void deactivate() {
        kubelet.close();
    }
}
