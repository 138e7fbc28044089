package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The labels and annotations by which sandboxes and containers are found again. The names are
 * upstream's, since other tools read them too.
 */
final class Labels {
    static final String POD_NAME = "io.kubernetes.pod.name";
    static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    static final String POD_UID = "io.kubernetes.pod.uid";
    static final String CONTAINER_NAME = "io.kubernetes.container.name";

    static final String HASH = "io.kubernetes.container.hash";
    static final String RESTART_COUNT = "io.kubernetes.container.restartCount";
    static final String MESSAGE_PATH = "io.kubernetes.container.terminationMessagePath";
    static final String MESSAGE_POLICY = "io.kubernetes.container.terminationMessagePolicy";
    static final String POD_GRACE = "io.kubernetes.pod.terminationGracePeriod";

    private Labels() {}

    static Map<String, String> sandbox(Pod pod) {
        Map<String, String> labels = new LinkedHashMap<>(pod.getMetadata().getLabels());
        labels.put(POD_NAME, pod.getMetadata().getName());
        labels.put(POD_NAMESPACE, pod.getMetadata().getNamespace());
        labels.put(POD_UID, pod.getMetadata().getUid());
        return labels;
    }

    static Map<String, String> container(Pod pod, Container container) {
        return Map.of(
                POD_NAME, pod.getMetadata().getName(),
                POD_NAMESPACE, pod.getMetadata().getNamespace(),
                POD_UID, pod.getMetadata().getUid(),
                CONTAINER_NAME, container.getName());
    }

    static Map<String, String> containerAnnotations(Pod pod, Container container, int attempt) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(HASH, hash(container));
        annotations.put(RESTART_COUNT, Integer.toString(attempt));
        annotations.put(MESSAGE_PATH, container.getTerminationMessagePath());
        annotations.put(MESSAGE_POLICY, container.getTerminationMessagePolicy());
        Long grace = pod.getSpec().getTerminationGracePeriodSeconds();
        if (grace != null) {
            annotations.put(POD_GRACE, Long.toString(grace));
        }
        annotations.values().removeIf(value -> value == null);
        return annotations;
    }

    /** Of what may change in a running pod and asks for a new container: its image. */
    static String hash(Container container) {
        return Integer.toHexString(container.getImage().hashCode());
    }
}
