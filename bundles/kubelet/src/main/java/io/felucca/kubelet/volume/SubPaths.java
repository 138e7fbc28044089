package io.felucca.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Finds a path below a volume without being led out of it by links. */
public final class SubPaths {
    private SubPaths() {}

    /**
     * Resolves links, and makes directories that aren't there.
     *
     * @throws VolumeException if the path leaves the volume
     */
    public static Path resolve(Path volume, String subPath) throws IOException, VolumeException {
        Path relative = Path.of(subPath);
        if (relative.isAbsolute() || hasParentStep(relative)) {
            throw new VolumeException("subPath \"" + subPath + "\" must stay within the volume");
        }
        Path root = volume.toRealPath();
        Path at = root;
        for (Path step : relative) {
            Path next = at.resolve(step);
            if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(next);
                Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(at));
            }
            at = next.toRealPath();
            if (!at.startsWith(root)) {
                throw new VolumeException(
                        "subPath \"" + subPath + "\" not within volume path \"" + volume + "\"");
            }
        }
        return at;
    }

    private static boolean hasParentStep(Path path) {
        for (Path step : path) {
            if (step.toString().equals("..")) {
                return true;
            }
        }
        return false;
    }
}
