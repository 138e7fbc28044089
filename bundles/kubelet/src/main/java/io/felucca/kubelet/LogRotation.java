package io.felucca.kubelet;

import io.felucca.kubelet.cri.Cri;
import io.felucca.kubelet.cri.CriException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Keeps a container's log from growing: at ten mebibytes it is moved aside, and five files are kept
 * in all. The runtime is told to open a new one. Used by one thread.
 */
final class LogRotation {
    static final long MAX_BYTES = 10L << 20;
    static final int MAX_FILES = 5;

    private final Cri cri;

    LogRotation(Cri cri) {
        this.cri = cri;
    }

    void check(String containerId, Path log) throws IOException {
        if (!Files.isRegularFile(log) || Files.size(log) < MAX_BYTES) {
            return;
        }
        for (int i = MAX_FILES - 1; i >= 1; i--) {
            Path from = rotated(log, i);
            if (!Files.exists(from)) {
                continue;
            }
            if (i == MAX_FILES - 1) {
                Files.delete(from);
            } else {
                Files.move(from, rotated(log, i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path aside = rotated(log, 1);
        Files.move(log, aside);
        try {
            Cri.await(cri.reopenLog(containerId));
        } catch (CriException e) {
            // The runtime still writes to the file that was moved: move it back, try again later.
            Files.move(aside, log);
            throw e;
        }
    }

    /** 0.log.1 is the newest of those moved aside. */
    static Path rotated(Path log, int number) {
        return log.resolveSibling(log.getFileName() + "." + number);
    }
}
