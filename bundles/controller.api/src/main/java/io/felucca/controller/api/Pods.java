package io.felucca.controller.api;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What several controllers ask of a pod, in upstream's sense of the words. */
public final class Pods {
    private Pods() {}

    /** Neither finished nor on its way out. */
    public static boolean isActive(Pod pod) {
        return !isFinished(pod) && pod.getMetadata().getDeletionTimestamp() == null;
    }

    public static boolean isFinished(Pod pod) {
        String phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** {@code Pending} where nothing is said yet. */
    public static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? "Pending"
                : pod.getStatus().getPhase();
    }

    public static boolean isReady(Pod pod) {
        return readySince(pod).isPresent();
    }

    /** Since when the pod is ready; empty while it is not. */
    public static Optional<Instant> readySince(Pod pod) {
        return condition(pod, "Ready")
                .filter(ready -> "True".equals(ready.getStatus()))
                .map(
                        ready ->
                                ready.getLastTransitionTime() == null
                                        ? Instant.EPOCH
                                        : Instant.parse(ready.getLastTransitionTime()));
    }

    /** Ready for {@code minReadySeconds} at least. */
    public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
        return availableIn(pod, minReadySeconds, now).filter(Duration::isZero).isPresent();
    }

    /** How long until the ready pod is available, zero if it is; empty while it is not ready. */
    public static Optional<Duration> availableIn(Pod pod, int minReadySeconds, Instant now) {
        return readySince(pod)
                .map(
                        since -> {
                            Duration left =
                                    minReadySeconds == 0
                                            ? Duration.ZERO
                                            : Duration.between(
                                                    now, since.plusSeconds(minReadySeconds));
                            return left.isNegative() ? Duration.ZERO : left;
                        });
    }

    public static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(one -> one.getType().equals(type))
                        .findFirst();
    }

    /** A pod from a template, controlled by {@code owner}, its name to be made by the server. */
    public static Pod fromTemplate(
            io.fabric8.kubernetes.api.model.HasMetadata owner, PodTemplateSpec template) {
        String prefix = owner.getMetadata().getName() + "-";
        Pod pod = new Pod();
        pod.setMetadata(
                new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
                        .withNamespace(owner.getMetadata().getNamespace())
                        .withGenerateName(prefix)
                        .withLabels(template.getMetadata().getLabels())
                        .withAnnotations(template.getMetadata().getAnnotations())
                        .withFinalizers(template.getMetadata().getFinalizers())
                        .withOwnerReferences(Ownership.controlledBy(owner))
                        .build());
        pod.setSpec(template.getSpec());
        return pod;
    }
}
