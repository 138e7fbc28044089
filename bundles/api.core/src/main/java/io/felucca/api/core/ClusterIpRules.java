package io.felucca.api.core;

import io.felucca.api.validation.Field;
import io.felucca.api.validation.Values;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The cluster IPs and the IP families of a Service, in a cluster that has IPv4 only. */
final class ClusterIpRules {
    private ClusterIpRules() {}

    static void check(Field spec) {
        if (!ServiceDefaults.hasClusterIp(spec.node())) {
            for (String name : List.of("ipFamilies", "ipFamilyPolicy")) {
                if (spec.at(name).filled()) {
                    spec.at(name).forbidden("may not be set for ExternalName services");
                }
            }
            return;
        }
        families(spec);
        addresses(spec);
    }

    private static void families(Field spec) {
        Field policy = spec.at("ipFamilyPolicy");
        policy.oneOf(List.of("SingleStack", "PreferDualStack", "RequireDualStack"));
        // Headless services without a selector may name families that the cluster does not have.
        boolean free = ServiceDefaults.isHeadless(spec.node()) && !spec.at("selector").filled();
        if (!free && policy.text().equals("RequireDualStack")) {
            policy.invalid("this cluster is not configured for dual-stack services");
        }
        Set<String> seen = new HashSet<>();
        for (Field family : spec.at("ipFamilies").items()) {
            if (!family.oneOf(List.of("IPv4", "IPv6"))) {
                family.require();
                continue;
            }
            if (!seen.add(family.text())) {
                family.duplicate();
            }
            if (!free && family.text().equals("IPv6")) {
                family.invalid("not configured on this cluster");
            }
        }
        if (policy.text().equals("SingleStack") && seen.size() > 1) {
            policy.invalid(
                    "must be RequireDualStack or PreferDualStack when multiple 'ipFamilies' are"
                            + " specified");
        }
    }

    private static void addresses(Field spec) {
        Field all = spec.at("clusterIPs");
        String single = spec.text("clusterIP");
        if (!single.isEmpty() && all.filled() && !all.at(0).text().equals(single)) {
            all.invalid("first value must match `clusterIP`");
        }
        List<Field> items = all.items();
        for (Field ip : items) {
            if (ip.text().equals("None")) {
                if (items.size() > 1) {
                    ip.invalid("'None' must be the first and only value");
                }
            } else {
                ip.follow(Values::ip);
            }
        }
        if (items.size() > 2) {
            all.invalid("may only hold up to 2 values");
        } else if (items.size() == 2) {
            all.at(1).invalid("not configured on this cluster");
        }
    }
}
