package io.felucca.apiserver.auth.node;

import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretReference;
import io.felucca.apiserver.auth.node.Ref.Kind;
import io.felucca.client.api.Informer.Change;
import io.felucca.client.api.Key;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which node's pods need which objects, kept one change at a time. Questions take no lock; the
 * changes of one informer come one after the other, and those of several touch different maps.
 */
final class NodeGraph {
    /** Of each object, how many pods of each node name it. */
    private final Map<Ref, Map<String, Integer>> users = new ConcurrentHashMap<>();

    /** By a volume's name, the claim that it is bound to. */
    private final Map<String, Ref> volumes = new ConcurrentHashMap<>();

    /** Of each secret, the claims on volumes whose driver logs in with it. */
    private final Map<Ref, Set<Ref>> volumeSecrets = new ConcurrentHashMap<>();

    private final Map<String, String> attachments = new ConcurrentHashMap<>();
    private final Map<String, String> slices = new ConcurrentHashMap<>();

    boolean needs(String node, Ref ref) {
        Map<String, Integer> nodes = users.get(ref);
        if (nodes != null && nodes.containsKey(node)) {
            return true;
        }
        for (Ref claim : volumeSecrets.getOrDefault(ref, Set.of())) {
            if (needs(node, claim)) {
                return true;
            }
        }
        return false;
    }

    boolean needsVolume(String node, String volume) {
        Ref claim = volumes.get(volume);
        return claim != null && needs(node, claim);
    }

    boolean ownsAttachment(String node, String attachment) {
        return node.equals(attachments.get(attachment));
    }

    boolean ownsSlice(String node, String slice) {
        return node.equals(slices.get(slice));
    }

    void pod(Change<Pod> change) {
        String nodeBefore = change.before().map(NodeGraph::node).orElse("");
        String nodeNow = change.now().map(NodeGraph::node).orElse("");
        Set<Ref> before = nodeBefore.isEmpty() ? Set.of() : references(change.before());
        Set<Ref> now = nodeNow.isEmpty() ? Set.of() : references(change.now());
        if (nodeBefore.equals(nodeNow) && before.equals(now)) {
            return;
        }
        // First what is new, so that what stays is never missing.
        now.forEach(ref -> count(ref, nodeNow, 1));
        before.forEach(ref -> count(ref, nodeBefore, -1));
    }

    private static Set<Ref> references(Optional<Pod> pod) {
        return pod.map(PodReferences::of).orElse(Set.of());
    }

    private static String node(Pod pod) {
        String name = pod.getSpec().getNodeName();
        return name == null ? "" : name;
    }

    private void count(Ref ref, String node, int more) {
        users.compute(
                ref,
                (key, nodes) -> {
                    Map<String, Integer> counts =
                            nodes == null ? new ConcurrentHashMap<>(2) : nodes;
                    counts.merge(
                            node,
                            more,
                            (present, added) -> present + added == 0 ? null : present + added);
                    return counts.isEmpty() ? null : counts;
                });
    }

    void volume(Change<PersistentVolume> change) {
        change.before()
                .ifPresent(
                        volume -> {
                            volumes.remove(volume.getMetadata().getName());
                            claim(volume).ifPresent(claim -> unlink(volume, claim));
                        });
        change.now()
                .ifPresent(
                        volume ->
                                claim(volume)
                                        .ifPresent(
                                                claim -> {
                                                    volumes.put(
                                                            volume.getMetadata().getName(), claim);
                                                    link(volume, claim);
                                                }));
    }

    private void link(PersistentVolume volume, Ref claim) {
        for (Ref secret : secrets(volume.getSpec(), claim.namespace())) {
            volumeSecrets.computeIfAbsent(secret, key -> ConcurrentHashMap.newKeySet()).add(claim);
        }
    }

    private void unlink(PersistentVolume volume, Ref claim) {
        for (Ref secret : secrets(volume.getSpec(), claim.namespace())) {
            volumeSecrets.computeIfPresent(
                    secret,
                    (key, claims) -> {
                        claims.remove(claim);
                        return claims.isEmpty() ? null : claims;
                    });
        }
    }

    private static Optional<Ref> claim(PersistentVolume volume) {
        ObjectReference claim = volume.getSpec().getClaimRef();
        return claim == null
                ? Optional.empty()
                : Optional.of(new Ref(Kind.CLAIM, claim.getNamespace(), claim.getName()));
    }

    /** What the node's side of a driver reads; the controller's side runs elsewhere. */
    private static Set<Ref> secrets(PersistentVolumeSpec spec, String claimNamespace) {
        Set<Ref> secrets = new HashSet<>();
        CSIPersistentVolumeSource csi = spec.getCsi();
        if (csi != null) {
            add(secrets, csi.getControllerExpandSecretRef(), claimNamespace);
            add(secrets, csi.getNodePublishSecretRef(), claimNamespace);
            add(secrets, csi.getNodeStageSecretRef(), claimNamespace);
            add(secrets, csi.getNodeExpandSecretRef(), claimNamespace);
            add(secrets, csi.getControllerPublishSecretRef(), claimNamespace);
        }
        if (spec.getIscsi() != null) {
            add(secrets, spec.getIscsi().getSecretRef(), claimNamespace);
        }
        if (spec.getCephfs() != null) {
            add(secrets, spec.getCephfs().getSecretRef(), claimNamespace);
        }
        if (spec.getRbd() != null) {
            add(secrets, spec.getRbd().getSecretRef(), claimNamespace);
        }
        if (spec.getFlexVolume() != null) {
            add(secrets, spec.getFlexVolume().getSecretRef(), claimNamespace);
        }
        return secrets;
    }

    private static void add(Set<Ref> secrets, SecretReference reference, String claimNamespace) {
        if (reference != null && reference.getName() != null) {
            String namespace = reference.getNamespace();
            secrets.add(
                    new Ref(
                            Kind.SECRET,
                            namespace == null || namespace.isEmpty() ? claimNamespace : namespace,
                            reference.getName()));
        }
    }

    void attachment(Key key, Optional<String> node) {
        put(attachments, key, node);
    }

    void slice(Key key, Optional<String> node) {
        put(slices, key, node);
    }

    private static void put(Map<String, String> map, Key key, Optional<String> node) {
        if (node.isPresent()) {
            map.put(key.name(), node.get());
        } else {
            map.remove(key.name());
        }
    }

    void clear() {
        users.clear();
        volumes.clear();
        volumeSecrets.clear();
        attachments.clear();
        slices.clear();
    }
}
