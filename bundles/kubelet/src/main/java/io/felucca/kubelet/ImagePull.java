package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.EventRecorder;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import io.felucca.kubelet.cri.v1.Image;
import io.felucca.kubelet.cri.v1.PodSandboxConfig;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The image of one container of one pod: there already, being pulled, or left alone for a while
 * after a failure. Used by one worker; a pull goes on by itself and wakes it.
 */
final class ImagePull {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** So long the error itself is shown before it becomes a pause. */
    private static final Duration SHOWN = Duration.ofSeconds(3);

    /** What a container's start has to wait for, as the status tells it. */
    record Waiting(String reason, String message, Duration again) {}

    /** Exactly one of both is there; neither while the pull runs. */
    record Outcome(Optional<Image> image, Optional<Waiting> waiting) {
        static final Outcome PULLING = new Outcome(Optional.empty(), Optional.empty());

        static Outcome waiting(String reason, String message, Duration again) {
            return new Outcome(Optional.empty(), Optional.of(new Waiting(reason, message, again)));
        }
    }

    private final Cri cri;
    private final PullSecrets secrets;
    private final EventRecorder events;
    private final Clock clock;
    private final Runnable wake;
    private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    private CompletableFuture<String> pull;
    private Instant pullStarted;
    private Instant failedAt;
    private String failure;
    private boolean pauseAnnounced;

    ImagePull(Cri cri, PullSecrets secrets, EventRecorder events, Clock clock, Runnable wake) {
        this.cri = cri;
        this.secrets = secrets;
        this.events = events;
        this.clock = clock;
        this.wake = wake;
    }

    /** Looks, and starts a pull if the policy asks for one. */
    Outcome ensure(Pod pod, Container container, PodSandboxConfig sandbox) {
        String name = container.getImage();
        if (!ImageReference.isValid(name)) {
            return Outcome.waiting(
                    "InvalidImageName",
                    "Failed to apply default image tag \""
                            + name
                            + "\": couldn't parse image name \""
                            + name
                            + "\": invalid reference format",
                    LONGEST_PAUSE);
        }
        if (pull != null) {
            return pull.isDone() ? finish(pod, name) : Outcome.PULLING;
        }
        String policy = container.getImagePullPolicy();
        boolean always = "Always".equals(policy);
        Optional<Image> present = Cri.await(cri.image(name));
        if (present.isPresent() && !always) {
            events.normal(
                    pod, "Pulled", "Container image \"" + name + "\" already present on machine");
            return new Outcome(present, Optional.empty());
        }
        if ("Never".equals(policy)) {
            String message =
                    "Container image \"" + name + "\" is not present with pull policy of Never";
            events.warning(pod, "ErrImageNeverPull", message);
            return Outcome.waiting("ErrImageNeverPull", message, LONGEST_PAUSE);
        }
        return pauseOrPull(pod, name, sandbox);
    }

    private Outcome pauseOrPull(Pod pod, String name, PodSandboxConfig sandbox) {
        Instant now = clock.instant();
        if (failedAt != null) {
            Duration left = backoff.left(failedAt, now);
            if (now.isBefore(failedAt.plus(SHOWN))) {
                return Outcome.waiting(
                        "ErrImagePull", failure, Duration.between(now, failedAt.plus(SHOWN)));
            }
            if (!left.isZero()) {
                String message = "Back-off pulling image \"" + name + "\"";
                if (!pauseAnnounced) {
                    pauseAnnounced = true;
                    events.normal(pod, "BackOff", message);
                    events.warning(pod, "Failed", "Error: ImagePullBackOff");
                }
                return Outcome.waiting(
                        "ImagePullBackOff", message + ": ErrImagePull: " + failure, left);
            }
        }
        events.normal(pod, "Pulling", "Pulling image \"" + name + "\"");
        pullStarted = now;
        pull = cri.pull(name, secrets.of(pod, name), sandbox);
        var unused = pull.whenComplete((reference, trouble) -> wake.run());
        return Outcome.PULLING;
    }

    private Outcome finish(Pod pod, String name) {
        CompletableFuture<String> done = pull;
        pull = null;
        try {
            done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CriException cri) {
                return failed(pod, name, cri);
            }
            throw e;
        }
        backoff.reset();
        failedAt = null;
        Optional<Image> image = Cri.await(cri.image(name));
        if (image.isEmpty()) {
            return Outcome.waiting(
                    "ErrImagePull", "image \"" + name + "\" vanished after the pull", FIRST_PAUSE);
        }
        String took = seconds(Duration.between(pullStarted, clock.instant()));
        events.normal(
                pod,
                "Pulled",
                "Successfully pulled image \""
                        + name
                        + "\" in "
                        + took
                        + " ("
                        + took
                        + " including waiting). Image size: "
                        + image.get().getSize()
                        + " bytes.");
        return new Outcome(image, Optional.empty());
    }

    private Outcome failed(Pod pod, String name, CriException cause) {
        Instant now = clock.instant();
        backoff.next(now);
        failedAt = now;
        String message = "failed to pull image \"" + name + "\": " + cause.description();
        if (cause.description().startsWith("failed to pull")) {
            message = cause.description();
        }
        failure = message;
        pauseAnnounced = false;
        events.warning(pod, "Failed", "Failed to pull image \"" + name + "\": " + message);
        events.warning(pod, "Failed", "Error: ErrImagePull");
        return Outcome.waiting("ErrImagePull", message, SHOWN);
    }

    private static String seconds(Duration duration) {
        long millis = duration.toMillis();
        return millis < 1000
                ? millis + "ms"
                : BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + "s";
    }
}
