package io.felucca.kubelet.server;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.http.api.HttpExchange;
import io.felucca.http.api.ResponseStream;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.v1.Container;
import io.felucca.kubelet.cri.v1.ContainerState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Answers {@code /containerLogs/<namespace>/<pod>/<container>}. */
final class ContainerLogs {
    private final Cri cri;
    private final Clock clock;
    private final Executor workers;
    private final ScheduledExecutorService scheduler;

    ContainerLogs(Cri cri, Clock clock, Executor workers, ScheduledExecutorService scheduler) {
        this.cri = cri;
        this.clock = clock;
        this.workers = workers;
        this.scheduler = scheduler;
    }

    /** Called on a worker: reads files and waits for the runtime. */
    void answer(HttpExchange exchange, Pod pod, String container) {
        LogOptions options;
        try {
            options = LogOptions.of(Query.parse(exchange.rawQuery()), clock.instant());
        } catch (IllegalArgumentException e) {
            Answers.text(exchange, 422, e.getMessage());
            return;
        }
        if (!declared(pod, container)) {
            Answers.text(
                    exchange,
                    400,
                    "container "
                            + container
                            + " is not valid for pod "
                            + pod.getMetadata().getName());
            return;
        }
        Optional<Container> found = find(pod, container, options.previous());
        if (found.isEmpty()) {
            Answers.text(exchange, 400, missing(pod, container, options.previous()));
            return;
        }
        String path = Cri.await(cri.container(found.get().getId())).getLogPath();
        LogReader reader;
        try {
            reader = new LogReader(Path.of(path), options);
        } catch (NoSuchFileException e) {
            Answers.text(exchange, 200, "");
            return;
        } catch (IOException e) {
            Answers.text(exchange, 500, "the log can't be read: " + e.getMessage());
            return;
        }
        ResponseStream stream = exchange.stream(200, Map.of("Content-Type", "text/plain"));
        new LogPump(reader, stream, options.follow(), found.get().getId(), cri, workers, scheduler)
                .run();
    }

    private Optional<Container> find(Pod pod, String container, boolean previous) {
        List<Container> all =
                new ArrayList<>(
                        Cri.await(
                                cri.containers(
                                        Map.of(
                                                "io.kubernetes.pod.uid",
                                                pod.getMetadata().getUid(),
                                                "io.kubernetes.container.name",
                                                container))));
        all.sort(Comparator.comparingLong(Container::getCreatedAt).reversed());
        // What waits to run again has its last run as the previous one, and no present one.
        boolean between = status(pod, container).filter(ContainerLogs::waits).isPresent();
        boolean newestEnded =
                !all.isEmpty() && all.get(0).getState() == ContainerState.CONTAINER_EXITED;
        return all.stream().skip(previous && !(between && newestEnded) ? 1 : 0).findFirst();
    }

    private static boolean declared(Pod pod, String container) {
        return pod.getSpec().getContainers().stream()
                        .anyMatch(one -> one.getName().equals(container))
                || pod.getSpec().getInitContainers().stream()
                        .anyMatch(one -> one.getName().equals(container));
    }

    private static String missing(Pod pod, String container, boolean previous) {
        String which =
                "container \"" + container + "\" in pod \"" + pod.getMetadata().getName() + "\"";
        if (previous) {
            return "previous terminated " + which + " not found";
        }
        return status(pod, container)
                .filter(ContainerLogs::waits)
                .map(one -> which + " is waiting to start: " + describe(one))
                .orElse(which + " is not available");
    }

    private static Optional<ContainerStatus> status(Pod pod, String container) {
        List<ContainerStatus> statuses = new ArrayList<>();
        if (pod.getStatus() != null) {
            statuses.addAll(pod.getStatus().getContainerStatuses());
            statuses.addAll(pod.getStatus().getInitContainerStatuses());
        }
        return statuses.stream().filter(one -> one.getName().equals(container)).findFirst();
    }

    private static boolean waits(ContainerStatus status) {
        return status.getState() != null && status.getState().getWaiting() != null;
    }

    private static String describe(ContainerStatus status) {
        String reason = status.getState().getWaiting().getReason();
        return switch (reason) {
            case "ErrImagePull", "ImagePullBackOff" -> "trying and failing to pull image";
            case "ErrImageNeverPull" -> "image can't be pulled";
            default -> reason;
        };
    }
}
