package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodDNSConfigOption;
import io.felucca.kubelet.cri.v1.DNSConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How a pod resolves names: its dnsPolicy and dnsConfig. */
final class DnsSettings {
    private static final int MAX_SERVERS = 3;

    private final String dnsIp;
    private final String domain;
    private final Path hostFile;

    DnsSettings(String dnsIp, String domain, Path hostFile) {
        this.dnsIp = dnsIp;
        this.domain = domain;
        this.hostFile = hostFile;
    }

    DNSConfig of(Pod pod) throws IOException {
        String policy = pod.getSpec().getDnsPolicy();
        if (policy == null) {
            policy = "ClusterFirst";
        }
        boolean cluster =
                policy.equals("ClusterFirstWithHostNet")
                        || (policy.equals("ClusterFirst") && !Containers.onHostNetwork(pod));
        DNSConfig base;
        if (policy.equals("None")) {
            base = DNSConfig.getDefaultInstance();
        } else if (cluster) {
            base = clusterFirst(pod.getMetadata().getNamespace());
        } else {
            base = host();
        }
        PodDNSConfig own = pod.getSpec().getDnsConfig();
        return own == null ? base : merged(base, own);
    }

    private DNSConfig clusterFirst(String namespace) throws IOException {
        Set<String> searches = new LinkedHashSet<>();
        searches.add(namespace + ".svc." + domain);
        searches.add("svc." + domain);
        searches.add(domain);
        searches.addAll(host().getSearchesList());
        return DNSConfig.newBuilder()
                .addServers(dnsIp)
                .addAllSearches(searches)
                .addOptions("ndots:5")
                .build();
    }

    private DNSConfig host() throws IOException {
        DNSConfig.Builder host = DNSConfig.newBuilder();
        List<String> lines;
        try {
            lines = Files.readAllLines(hostFile, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return host.build();
        }
        for (String line : lines) {
            List<String> words = Arrays.asList(line.strip().split("\\s+", -1));
            List<String> values = words.subList(1, words.size());
            switch (words.get(0)) {
                case "nameserver" ->
                        host.addAllServers(values.subList(0, Math.min(1, values.size())));
                case "search", "domain" -> host.clearSearches().addAllSearches(values);
                case "options" -> host.clearOptions().addAllOptions(values);
                default -> {
                    // Comments, and what resolvers don't hand on.
                }
            }
        }
        return host.build();
    }

    private static DNSConfig merged(DNSConfig base, PodDNSConfig own) {
        Set<String> servers = new LinkedHashSet<>(base.getServersList());
        servers.addAll(own.getNameservers());
        Set<String> searches = new LinkedHashSet<>(base.getSearchesList());
        searches.addAll(own.getSearches());
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : base.getOptionsList()) {
            options.put(option.split(":", 2)[0], option);
        }
        for (PodDNSConfigOption option : own.getOptions()) {
            String value = option.getValue();
            options.put(
                    option.getName(),
                    value == null || value.isEmpty()
                            ? option.getName()
                            : option.getName() + ":" + value);
        }
        // Resolvers ignore more than three servers; better a known choice than a silent one.
        List<String> first =
                new ArrayList<>(servers).subList(0, Math.min(MAX_SERVERS, servers.size()));
        return DNSConfig.newBuilder()
                .addAllServers(first)
                .addAllSearches(searches)
                .addAllOptions(options.values())
                .build();
    }
}
