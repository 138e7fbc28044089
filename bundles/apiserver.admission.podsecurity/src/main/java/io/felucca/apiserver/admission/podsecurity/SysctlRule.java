package io.felucca.apiserver.admission.podsecurity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Only kernel parameters that are the pod's own and harm nobody else.
 *
 * @param allowed their names
 */
record SysctlRule(Set<String> allowed) implements Rule {
    static final SysctlRule V1_0 =
            new SysctlRule(
                    Set.of(
                            "kernel.shm_rmid_forced",
                            "net.ipv4.ip_local_port_range",
                            "net.ipv4.tcp_syncookies",
                            "net.ipv4.ping_group_range",
                            "net.ipv4.ip_unprivileged_port_start"));
    static final SysctlRule V1_27 = V1_0.and("net.ipv4.ip_local_reserved_ports");
    static final SysctlRule V1_29 =
            V1_27.and(
                    "net.ipv4.tcp_keepalive_time",
                    "net.ipv4.tcp_fin_timeout",
                    "net.ipv4.tcp_keepalive_intvl",
                    "net.ipv4.tcp_keepalive_probes");
    static final SysctlRule V1_32 = V1_29.and("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");

    SysctlRule {
        allowed = Set.copyOf(allowed);
    }

    private SysctlRule and(String... more) {
        Set<String> all = new TreeSet<>(allowed);
        all.addAll(List.of(more));
        return new SysctlRule(all);
    }

    @Override
    public Optional<Violation> violation(PodView pod) {
        List<String> forbidden = new ArrayList<>();
        pod.security()
                .path("sysctls")
                .forEach(
                        sysctl -> {
                            String name = PodView.name(sysctl);
                            if (!allowed.contains(name)) {
                                forbidden.add(name);
                            }
                        });
        return Rule.when(!forbidden.isEmpty(), "forbidden sysctls", String.join(", ", forbidden));
    }
}
