package io.felucca.kubelet.volume;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A volume that is ready to be mounted into containers.
 *
 * @param path on this host
 * @param readOnly whatever the container asks for
 */
public record MountedVolume(Path path, boolean readOnly) {
    public MountedVolume {
        Objects.requireNonNull(path, "path");
    }
}
