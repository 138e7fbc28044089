package io.felucca.kubelet.server;

import io.felucca.http.api.ResponseStream;
import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.v1.ContainerState;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a log, and what is added to it, for as long as the client wants and the container runs.
 * Never waits on a thread: it goes on when the client can take more or a moment has passed.
 */
final class LogPump {
    private static final Logger LOG = LoggerFactory.getLogger(LogPump.class);
    private static final long LOOK_MILLIS = 200;

    /** How many looks find nothing before the runtime is asked whether the container still runs. */
    private static final int LOOKS_PER_QUESTION = 5;

    private final LogReader reader;
    private final ResponseStream stream;
    private final boolean follow;
    private final String containerId;
    private final Cri cri;
    private final Executor workers;
    private final ScheduledExecutorService scheduler;
    private volatile boolean ended;
    private int idleLooks;

    LogPump(
            LogReader reader,
            ResponseStream stream,
            boolean follow,
            String containerId,
            Cri cri,
            Executor workers,
            ScheduledExecutorService scheduler) {
        this.reader = reader;
        this.stream = stream;
        this.follow = follow;
        this.containerId = containerId;
        this.cri = cri;
        this.workers = workers;
        this.scheduler = scheduler;
    }

    void run() {
        try {
            boolean over = ended;
            while (stream.isOpen() && stream.isWritable()) {
                byte[] some = reader.next();
                if (some.length > 0) {
                    idleLooks = 0;
                    stream.write(some);
                }
                if (reader.satisfied() || (some.length == 0 && (!follow || over))) {
                    finish();
                    return;
                }
                if (some.length == 0) {
                    look();
                    return;
                }
            }
            if (!stream.isOpen()) {
                finish();
            } else {
                stream.onWritable(this::later);
            }
        } catch (IOException e) {
            LOG.info("a log can't be read further: {}", e.toString());
            finish();
        } catch (RejectedExecutionException e) {
            finish();
        }
    }

    private void later() {
        try {
            workers.execute(this::run);
        } catch (RejectedExecutionException e) {
            finish();
        }
    }

    private void look() {
        idleLooks++;
        if (idleLooks % LOOKS_PER_QUESTION == 0) {
            var unused =
                    cri.container(containerId)
                            .whenComplete(
                                    (status, failure) ->
                                            ended =
                                                    failure == null
                                                            && status.getState()
                                                                    != ContainerState
                                                                            .CONTAINER_RUNNING);
        }
        var unusedTimer = scheduler.schedule(this::later, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void finish() {
        try {
            reader.close();
        } catch (IOException e) {
            LOG.debug("a log can't be closed", e);
        }
        stream.close();
    }
}
