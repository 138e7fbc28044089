package io.felucca.kubelet.volume;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Directories, files and devices of the host. */
final class HostPaths {
    private static final int TYPE_BITS = 0170000;
    private static final int SOCKET = 0140000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private HostPaths() {}

    static MountedVolume mount(HostPathVolumeSource source) throws IOException, VolumeException {
        Path path = Path.of(source.getPath());
        String type = source.getType() == null ? "" : source.getType();
        switch (type) {
            case "" -> {
                // Whatever is there; the runtime makes a directory where nothing is.
            }
            case "DirectoryOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                    Ownership.mode(path, 0755);
                }
                check(Files.isDirectory(path), path, "is not a directory");
            }
            case "Directory" -> check(Files.isDirectory(path), path, "is not a directory");
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createFile(path);
                    Ownership.mode(path, 0644);
                }
                check(Files.isRegularFile(path), path, "is not a file");
            }
            case "File" -> check(Files.isRegularFile(path), path, "is not a file");
            case "Socket" -> check(is(path, SOCKET), path, "is not a socket file");
            case "CharDevice" ->
                    check(is(path, CHARACTER_DEVICE), path, "is not a character device");
            case "BlockDevice" -> check(is(path, BLOCK_DEVICE), path, "is not a block device");
            default -> throw new VolumeException("hostPath type " + type + " is unknown");
        }
        return new MountedVolume(path, false);
    }

    private static boolean is(Path path, int type) throws IOException {
        return Files.exists(path)
                && ((Integer) Files.getAttribute(path, "unix:mode") & TYPE_BITS) == type;
    }

    private static void check(boolean right, Path path, String what) throws VolumeException {
        if (!right) {
            throw new VolumeException("hostPath type check failed: " + path + " " + what);
        }
    }
}
