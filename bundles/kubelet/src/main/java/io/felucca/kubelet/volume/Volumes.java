package io.felucca.kubelet.volume;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.felucca.client.api.Client;
import io.felucca.kubelet.ClusterData;
import io.felucca.kubelet.FieldReferences;
import io.felucca.kubelet.NodeSettings;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the volumes of pods and keeps their content current. What is secret lives in memory only.
 * Thread-safe for different pods; one pod is one worker's.
 */
public final class Volumes {
    /** How often configMaps, secrets and tokens are looked at again. */
    public static final Duration REFRESH = Duration.ofSeconds(60);

    private static final int GROUP_READ = 0440;

    private final NodeSettings node;
    private final Payloads payloads;
    private final ServiceAccountTokens tokens;
    private final Clock clock;
    private final Map<String, State> states = new ConcurrentHashMap<>();

    private record State(Instant refreshed, int metadata, Map<String, MountedVolume> mounted) {}

    public Volumes(
            NodeSettings node, ClusterData data, Client<ServiceAccount> accounts, Clock clock) {
        this.node = node;
        this.tokens = new ServiceAccountTokens(accounts, clock);
        this.payloads = new Payloads(data, tokens);
        this.clock = clock;
    }

    /** The group that all of the pod's volumes are for; -1 without one. */
    static long fsGroup(Pod pod) {
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        return context == null || context.getFsGroup() == null ? -1 : context.getFsGroup();
    }

    /** Where secret content is kept: on a file system in memory, mounted if the host has none. */
    public void prepareMemory() throws IOException {
        Path secrets = secrets();
        Files.createDirectories(secrets);
        if (!Files.getFileStore(secrets).type().equals("tmpfs")) {
            Mounts.tmpfs(secrets, 0, 0700);
        }
    }

    /** What was made for the pod before; empty before the first success. */
    public Map<String, MountedVolume> known(String uid) {
        State state = states.get(uid);
        return state == null ? Map.of() : state.mounted();
    }

    /**
     * Makes all volumes of the pod, or brings them up to date if it is time.
     *
     * @return by name
     */
    public Map<String, MountedVolume> ensure(Pod pod, FieldReferences.Place place)
            throws VolumeException {
        String uid = pod.getMetadata().getUid();
        Instant now = clock.instant();
        int metadata =
                Objects.hash(
                        pod.getMetadata().getLabels(),
                        pod.getMetadata().getAnnotations(),
                        place.podIps());
        State state = states.get(uid);
        if (state != null
                && state.metadata() == metadata
                && now.isBefore(state.refreshed().plus(REFRESH))) {
            return state.mounted();
        }
        Map<String, MountedVolume> mounted = new LinkedHashMap<>();
        for (Volume volume : pod.getSpec().getVolumes()) {
            try {
                mounted.put(volume.getName(), mount(pod, volume, place));
            } catch (IOException | VolumeException | ApiException e) {
                throw new VolumeException(
                        "MountVolume.SetUp failed for volume \""
                                + volume.getName()
                                + "\" : "
                                + e.getMessage(),
                        e);
            }
        }
        states.put(uid, new State(now, metadata, mounted));
        return mounted;
    }

    /** Unmounts and deletes all volumes of the pod. */
    public void remove(String uid) throws IOException {
        states.remove(uid);
        tokens.forget(uid);
        Path volumes = node.podDirectory(uid).resolve("volumes");
        if (Files.exists(volumes)) {
            // What is still mounted below must never be deleted.
            Mounts.unmountBelow(volumes);
            AtomicDirectory.deleteTree(volumes);
        }
        AtomicDirectory.deleteTree(secrets().resolve(uid));
    }

    /** Removes the volumes and all else that was kept for the pod. */
    public void removeAll(String uid) throws IOException {
        remove(uid);
        Path directory = node.podDirectory(uid);
        if (Files.exists(directory)) {
            Mounts.unmountBelow(directory);
            AtomicDirectory.deleteTree(directory);
        }
    }

    public static void deleteTree(Path directory) throws IOException {
        AtomicDirectory.deleteTree(directory);
    }

    private Path secrets() {
        return node.run().resolve("kubelet").resolve("secrets");
    }

    private MountedVolume mount(Pod pod, Volume volume, FieldReferences.Place place)
            throws IOException, VolumeException {
        if (volume.getEmptyDir() != null) {
            return emptyDir(pod, volume.getName(), volume.getEmptyDir());
        }
        if (volume.getHostPath() != null) {
            return HostPaths.mount(volume.getHostPath());
        }
        if (volume.getConfigMap() != null) {
            return files(
                    pod,
                    directory(pod, "configmap", volume.getName()),
                    payloads.configMap(pod, volume.getConfigMap()));
        }
        if (volume.getSecret() != null) {
            return files(
                    pod, secret(pod, volume.getName()), payloads.secret(pod, volume.getSecret()));
        }
        if (volume.getDownwardAPI() != null) {
            return files(
                    pod,
                    secret(pod, volume.getName()),
                    payloads.downward(
                            pod,
                            volume.getDownwardAPI().getItems(),
                            volume.getDownwardAPI().getDefaultMode(),
                            place));
        }
        if (volume.getProjected() != null) {
            return files(
                    pod,
                    secret(pod, volume.getName()),
                    payloads.projected(pod, volume.getProjected(), place, onlyUser(pod)));
        }
        throw new VolumeException("this node doesn't support volumes of type " + type(volume));
    }

    private MountedVolume files(Pod pod, Path directory, Map<String, AtomicDirectory.Content> files)
            throws IOException {
        long group = fsGroup(pod);
        Map<String, AtomicDirectory.Content> shared = new LinkedHashMap<>(files);
        if (group >= 0) {
            shared.replaceAll(
                    (path, file) ->
                            new AtomicDirectory.Content(
                                    file.bytes(), file.mode() | GROUP_READ, file.owner()));
        }
        new AtomicDirectory(directory, clock).write(shared, group);
        return new MountedVolume(directory, true);
    }

    private MountedVolume emptyDir(Pod pod, String name, EmptyDirVolumeSource source)
            throws IOException, VolumeException {
        Path directory = directory(pod, "empty-dir", name);
        String medium = source.getMedium() == null ? "" : source.getMedium();
        boolean fresh = !Files.exists(directory);
        switch (medium) {
            case "" -> Files.createDirectories(directory);
            case "Memory" -> {
                long size =
                        source.getSizeLimit() == null
                                ? 0
                                : source.getSizeLimit().getNumericalAmount().longValue();
                Mounts.tmpfs(directory, size, 0777);
            }
            default ->
                    throw new VolumeException(
                            "emptyDir medium " + medium + " is not supported here");
        }
        if (fresh) {
            Ownership.mode(directory, 0777);
            if (fsGroup(pod) >= 0) {
                Ownership.share(directory, fsGroup(pod));
            }
        }
        return new MountedVolume(directory, false);
    }

    private Path directory(Pod pod, String kind, String name) {
        return node.podDirectory(pod.getMetadata().getUid())
                .resolve("volumes")
                .resolve("kubernetes.io~" + kind)
                .resolve(name);
    }

    private Path secret(Pod pod, String name) {
        return secrets().resolve(pod.getMetadata().getUid()).resolve(name);
    }

    private static long onlyUser(Pod pod) {
        PodSecurityContext shared = pod.getSpec().getSecurityContext();
        Long common = null;
        List<Container> all = new ArrayList<>(pod.getSpec().getInitContainers());
        all.addAll(pod.getSpec().getContainers());
        for (Container container : all) {
            Long user =
                    container.getSecurityContext() != null
                                    && container.getSecurityContext().getRunAsUser() != null
                            ? container.getSecurityContext().getRunAsUser()
                            : shared == null ? null : shared.getRunAsUser();
            if (user == null || (common != null && !common.equals(user))) {
                return -1;
            }
            common = user;
        }
        return common == null ? -1 : common;
    }

    private static String type(Volume volume) {
        JsonNode json = Json.mapper().valueToTree(volume);
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!field.getKey().equals("name")) {
                return field.getKey();
            }
        }
        return "emptyDir";
    }
}
