package io.felucca.kubelet.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Unix modes and owners. */
final class Ownership {
    private static final int SET_GROUP_ID = 02000;
    private static final int GROUP_READ_WRITE = 0060;
    private static final int GROUP_SEARCH = 0010;
    private static final int PERMISSIONS = 07777;

    private Ownership() {}

    static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    static int modeOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode") & PERMISSIONS;
    }

    /**
     * @param user or -1 to leave it
     * @param group or -1 to leave it
     */
    static void own(Path path, long user, long group) throws IOException {
        if (user >= 0) {
            Files.setAttribute(path, "unix:uid", (int) user, LinkOption.NOFOLLOW_LINKS);
        }
        if (group >= 0) {
            Files.setAttribute(path, "unix:gid", (int) group, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Gives a writable volume to a group, with all that will be made in it. */
    static void share(Path root, long group) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                own(path, -1, group);
                if (Files.isSymbolicLink(path)) {
                    continue;
                }
                int mode = modeOf(path) | GROUP_READ_WRITE;
                if (Files.isDirectory(path)) {
                    mode |= SET_GROUP_ID | GROUP_SEARCH;
                }
                mode(path, mode);
            }
        }
    }
}
