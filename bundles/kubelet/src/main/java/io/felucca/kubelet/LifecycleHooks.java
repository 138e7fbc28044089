package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.felucca.kubelet.cri.Cri;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs postStart and preStop hooks. Thread-safe; nothing blocks. */
final class LifecycleHooks {
    private final Cri cri;
    private final HttpCheck http;
    private final ScheduledExecutorService scheduler;

    LifecycleHooks(Cri cri, HttpCheck http, ScheduledExecutorService scheduler) {
        this.cri = cri;
        this.http = http;
        this.scheduler = scheduler;
    }

    /** Completes when the hook has ended; exceptionally, with the reason, when it failed. */
    CompletableFuture<Void> run(
            LifecycleHandler hook,
            Container container,
            String containerId,
            String podIp,
            Duration timeout) {
        if (hook.getExec() != null) {
            return cri.execSync(containerId, hook.getExec().getCommand(), timeout)
                    .thenAccept(
                            answer -> {
                                if (answer.getExitCode() != 0) {
                                    throw new HookFailedException(
                                            "command "
                                                    + hook.getExec().getCommand()
                                                    + " exited with "
                                                    + answer.getExitCode()
                                                    + ": "
                                                    + answer.getStderr().toStringUtf8().strip());
                                }
                            });
        }
        if (hook.getHttpGet() != null) {
            return http.get(target(hook.getHttpGet(), container, podIp), timeout)
                    .thenAccept(
                            answer -> {
                                if (answer.status() >= 400) {
                                    throw new HookFailedException(
                                            "the request was answered with " + answer.status());
                                }
                            });
        }
        if (hook.getSleep() != null) {
            CompletableFuture<Void> slept = new CompletableFuture<>();
            long seconds = Math.min(hook.getSleep().getSeconds(), timeout.toSeconds());
            var unused = scheduler.schedule(() -> slept.complete(null), seconds, TimeUnit.SECONDS);
            return slept;
        }
        return CompletableFuture.completedFuture(null);
    }

    static HttpCheck.Target target(HTTPGetAction get, Container container, String podIp) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (HTTPHeader header : get.getHttpHeaders()) {
            headers.computeIfAbsent(header.getName(), name -> new ArrayList<>())
                    .add(header.getValue());
        }
        String host = get.getHost() == null || get.getHost().isEmpty() ? podIp : get.getHost();
        String path = get.getPath() == null || get.getPath().isEmpty() ? "/" : get.getPath();
        return new HttpCheck.Target(
                "HTTPS".equalsIgnoreCase(get.getScheme()),
                host,
                port(get.getPort(), container),
                path.startsWith("/") ? path : "/" + path,
                headers);
    }

    /**
     * @throws IllegalArgumentException for a name that no port of the container has
     */
    static int port(IntOrString port, Container container) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        for (ContainerPort one : container.getPorts()) {
            if (port.getStrVal().equals(one.getName())) {
                return one.getContainerPort();
            }
        }
        throw new IllegalArgumentException("couldn't find port: " + port.getStrVal());
    }

    /** Says how a hook failed. */
    static final class HookFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        HookFailedException(String message) {
            super(message);
        }
    }
}
