package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The spec of a pod, or of a template of pods. */
public final class PodRules {
    private static final List<String> DNS_POLICIES =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");

    private PodRules() {}

    /** All of the spec; the order is upstream's, since users read the first problem first. */
    public static void spec(Field spec) {
        VolumeRules.volumes(spec.at("volumes"));
        containers(spec);
        spec.at("restartPolicy").requireOneOf(List.of("Always", "OnFailure", "Never"));
        spec.at("dnsPolicy").requireOneOf(DNS_POLICIES);
        LabelRules.labels(spec.at("nodeSelector"));
        SecurityRules.pod(
                spec.at("securityContext"),
                spec.at("hostNetwork").isTrue(),
                spec.at("hostIPC").isTrue());
        hostNamespaces(spec);
        for (Field secret : spec.at("imagePullSecrets").items()) {
            secret.at("name").require();
        }
        AffinityRules.affinity(spec.at("affinity"));
        dns(spec);
        for (Field gate : spec.at("readinessGates").items()) {
            gate.at("conditionType").follow(NameRules::qualifiedName);
        }
        schedulingGates(spec.at("schedulingGates"));
        AffinityRules.spread(spec.at("topologySpreadConstraints"));
        names(spec);
        Field deadline = spec.at("activeDeadlineSeconds");
        deadline.between(1, Integer.MAX_VALUE);
        TolerationRules.tolerations(spec.at("tolerations"));
        hostAliases(spec.at("hostAliases"));
        others(spec);
    }

    private static void containers(Field spec) {
        ContainerRules rules =
                new ContainerRules(
                        new ContainerRules.Pod(
                                volumes(spec, false),
                                volumes(spec, true),
                                spec.at("hostNetwork").isTrue()));
        rules.containers(spec.at("containers"));
        rules.initContainers(spec.at("initContainers"));
        rules.ephemeralContainers(spec.at("ephemeralContainers"));
    }

    private static Set<String> volumes(Field spec, boolean blockOnly) {
        Set<String> names = new HashSet<>();
        for (Field volume : spec.at("volumes").items()) {
            if (!blockOnly || volume.has("persistentVolumeClaim") || volume.has("ephemeral")) {
                names.add(volume.text("name"));
            }
        }
        return names;
    }

    private static void hostNamespaces(Field spec) {
        if (spec.at("shareProcessNamespace").isTrue() && spec.at("hostPID").isTrue()) {
            spec.at("securityContext", "shareProcessNamespace")
                    .invalid(true, "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        Field users = spec.at("hostUsers");
        if (users.present() && !users.isTrue()) {
            for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
                if (spec.at(host).isTrue()) {
                    spec.at(host).forbidden("when `hostUsers` is false");
                }
            }
        }
    }

    private static void names(Field spec) {
        if (spec.at("serviceAccountName").filled()) {
            spec.at("serviceAccountName").follow(NameRules::dnsSubdomain);
        }
        if (spec.at("nodeName").filled()) {
            spec.at("nodeName").follow(NameRules::dnsSubdomain);
        }
        spec.at("hostname").followIfSet(NameRules::dnsLabel);
        spec.at("subdomain").followIfSet(NameRules::dnsLabel);
        spec.at("priorityClassName").followIfSet(NameRules::dnsSubdomain);
        spec.at("runtimeClassName").followIfSet(NameRules::dnsSubdomain);
    }

    private static void schedulingGates(Field gates) {
        Set<String> seen = new HashSet<>();
        for (Field gate : gates.items()) {
            gate.at("name").follow(NameRules::qualifiedName);
            if (!seen.add(gate.text("name"))) {
                gate.at("name").named(gate.path()).duplicate(gate.text("name"));
            }
        }
    }

    private static void hostAliases(Field aliases) {
        for (Field alias : aliases.items()) {
            alias.at("ip").follow(Values::ip);
            for (Field name : alias.at("hostnames").items()) {
                name.follow(NameRules::dnsSubdomain);
            }
        }
    }

    private static void dns(Field spec) {
        Field config = spec.at("dnsConfig");
        if (spec.text("dnsPolicy").equals("None")) {
            if (!config.present()) {
                config.required("must provide `dnsConfig` when `dnsPolicy` is None");
            } else if (!config.at("nameservers").filled()) {
                config.at("nameservers")
                        .required(
                                "must provide at least one DNS nameserver when `dnsPolicy` is"
                                        + " None");
            }
        }
        Field servers = config.at("nameservers");
        if (servers.node().size() > 3) {
            servers.invalid("must not have more than 3 nameservers");
        }
        for (Field server : servers.items()) {
            server.follow(Values::ip);
        }
        Field searches = config.at("searches");
        if (searches.node().size() > 32) {
            searches.invalid("must not have more than 32 search paths");
        }
        for (Field search : searches.items()) {
            // A trailing dot is allowed, and a lone one means the root.
            String name = search.text().replaceFirst("\\.$", "");
            if (!search.text().equals(".")) {
                NameRules.dnsSubdomain(name.replace("_", "a")).forEach(search::invalid);
            }
        }
        for (Field option : config.at("options").items()) {
            if (!option.at("name").filled()) {
                option.at("name").named(config.at("options").path()).required("must not be empty");
            }
        }
    }

    private static void others(Field spec) {
        spec.at("preemptionPolicy").oneOf(List.of("Never", "PreemptLowerPriority"));
        for (String name : spec.at("overhead").keys()) {
            ResourceRules.amount(spec.at("overhead").key(name), name);
        }
        if (spec.has("os")) {
            spec.at("os", "name").requireOneOf(List.of("linux", "windows"));
        }
        Set<String> claims = new HashSet<>();
        for (Field claim : spec.at("resourceClaims").items()) {
            if (claim.at("name").require() && !claims.add(claim.text("name"))) {
                claim.at("name").duplicate();
            }
            boolean named = claim.at("resourceClaimName").filled();
            boolean templated = claim.at("resourceClaimTemplateName").filled();
            if (named == templated) {
                claim.invalid(
                        named
                                ? "at most one of `resourceClaimName` or"
                                        + " `resourceClaimTemplateName` may be specified"
                                : "must specify one of: `resourceClaimName`,"
                                        + " `resourceClaimTemplateName`");
            }
        }
    }
}
