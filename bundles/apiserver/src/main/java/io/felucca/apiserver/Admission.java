package io.felucca.apiserver;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.ApiException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The chain of admission plugins. A plugin that the deployment requires must be there: while it is
 * being replaced writes wait a moment, and then they fail, so that a swap opens no hole.
 */
final class Admission {
    /** As upstream runs them. */
    private static final List<String> ORDER =
            List.of(
                    "AlwaysAdmit",
                    "NamespaceAutoProvision",
                    "NamespaceLifecycle",
                    "NamespaceExists",
                    "LimitPodHardAntiAffinityTopology",
                    "LimitRanger",
                    "ServiceAccount",
                    "NodeRestriction",
                    "TaintNodesByCondition",
                    "AlwaysPullImages",
                    "ImagePolicyWebhook",
                    "PodSecurity",
                    "PodNodeSelector",
                    "Priority",
                    "DefaultTolerationSeconds",
                    "PodTolerationRestriction",
                    "EventRateLimit",
                    "ExtendedResourceToleration",
                    "DefaultStorageClass",
                    "StorageObjectInUseProtection",
                    "OwnerReferencesPermissionEnforcement",
                    "PersistentVolumeClaimResize",
                    "RuntimeClass",
                    "CertificateApproval",
                    "CertificateSigning",
                    "ClusterTrustBundleAttest",
                    "CertificateSubjectRestriction",
                    "DefaultIngressClass",
                    "PodTopologyLabels",
                    "DenyServiceExternalIPs",
                    "MutatingAdmissionPolicy",
                    "MutatingAdmissionWebhook",
                    "ValidatingAdmissionPolicy",
                    "ValidatingAdmissionWebhook",
                    "ResourceQuota",
                    "AlwaysDeny");

    private final Patience patience;
    private final AdmissionMetrics metrics;
    private final Ranked<AdmissionPlugin> plugins =
            new Ranked<>(
                    Comparator.comparingInt((Ranked.One<AdmissionPlugin> one) -> place(one.name()))
                            .thenComparing(one -> one.ranking(), Comparator.reverseOrder()));
    private volatile Set<String> required = Set.of();
    private volatile long goneSinceNanos;

    /** The chain that was found complete last, or null; another chain is another list. */
    private volatile List<Ranked.One<AdmissionPlugin>> complete;

    Admission(Patience patience, AdmissionMetrics metrics) {
        this.metrics = metrics;
        this.patience = patience;
        this.goneSinceNanos = patience.now();
    }

    private static int place(String name) {
        int known = ORDER.indexOf(name);
        return known < 0 ? ORDER.size() : known;
    }

    void require(Set<String> names) {
        required = Set.copyOf(names);
        complete = null;
    }

    void add(AdmissionPlugin plugin, String name, int ranking) {
        plugins.add(plugin, name, ranking);
        patience.arrived();
    }

    void remove(AdmissionPlugin plugin) {
        boolean complete = isComplete();
        Ranked.One<AdmissionPlugin> removed = plugins.remove(plugin);
        if (complete && !isComplete()) {
            goneSinceNanos = patience.now();
        }
        if (removed != null) {
            removed.calls().awaitIdle(Patience.MOMENT_NANOS);
        }
    }

    boolean isComplete() {
        return isComplete(plugins.all());
    }

    private boolean isComplete(List<Ranked.One<AdmissionPlugin>> chain) {
        for (String name : required) {
            if (chain.stream().noneMatch(one -> one.name().equals(name))) {
                return false;
            }
        }
        return true;
    }

    /** Gives whether what the cluster itself configured has changed the object. */
    boolean mutate(AdmissionPlugin.Request request) {
        List<Ranked.One<AdmissionPlugin>> chain = complete();
        AdmissionMetrics.Pass pass =
                metrics.begin(AdmissionMetrics.Type.ADMIT, request.operation());
        AdmissionPlugin.Pass[] firsts = null;
        boolean repeats = false;
        for (int i = 0; i < chain.size(); i++) {
            AdmissionPlugin.Pass first =
                    timed(chain.get(i), pass, plugin -> plugin.firstPass(request));
            if (first != null) {
                firsts = firsts == null ? new AdmissionPlugin.Pass[chain.size()] : firsts;
                firsts[i] = first;
                repeats |= first.repeats();
            }
        }
        if (repeats) {
            repeat(request, chain, firsts, pass);
        }
        pass.end();
        return repeats;
    }

    private static void repeat(
            AdmissionPlugin.Request request,
            List<Ranked.One<AdmissionPlugin>> chain,
            AdmissionPlugin.Pass[] firsts,
            AdmissionMetrics.Pass pass) {
        for (int i = 0; i < chain.size(); i++) {
            AdmissionPlugin.Pass first = firsts[i];
            Object unused =
                    timed(
                            chain.get(i),
                            pass,
                            plugin -> {
                                if (first == null) {
                                    plugin.mutate(request);
                                } else {
                                    first.second().accept(request);
                                }
                                return null;
                            });
        }
    }

    void validate(AdmissionPlugin.Request request) {
        List<Ranked.One<AdmissionPlugin>> chain = complete();
        AdmissionMetrics.Pass pass =
                metrics.begin(AdmissionMetrics.Type.VALIDATE, request.operation());
        for (Ranked.One<AdmissionPlugin> one : chain) {
            Object unused =
                    timed(
                            one,
                            pass,
                            plugin -> {
                                plugin.validate(request);
                                return null;
                            });
        }
        pass.end();
    }

    private static <R> R timed(
            Ranked.One<AdmissionPlugin> one,
            AdmissionMetrics.Pass pass,
            Function<AdmissionPlugin, R> work) {
        boolean rejected = true;
        try {
            R result = one.call(work);
            rejected = false;
            return result;
        } finally {
            pass.after(one.name(), rejected);
        }
    }

    private List<Ranked.One<AdmissionPlugin>> complete() {
        do {
            // What was checked is what runs: a plugin may go at any moment.
            List<Ranked.One<AdmissionPlugin>> chain = plugins.all();
            if (chain == complete) {
                return chain;
            }
            if (isComplete(chain)) {
                complete = chain;
                return chain;
            }
        } while (patience.await(this::isComplete, () -> goneSinceNanos));
        throw ApiException.unavailable("an admission plugin that is required is not there", 1);
    }
}
