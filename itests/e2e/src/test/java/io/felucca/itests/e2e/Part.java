package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;

/** A bundle of the running process that can be swapped for another build of it, and back. */
final class Part {
    private final Cluster cluster;
    private final String name;
    private final Path original;
    private final Path other;

    /** Of a name such as {@code scheduler}. */
    Part(Cluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
        original = Builds.original(cluster, name);
        other = Builds.other(cluster, name);
    }

    /** Swaps the other build in, by the command that users have for it. */
    void swap() {
        String seen = shell("felucca:swap " + name + " " + other);
        assertTrue(seen.contains("Bundle-Version = " + Builds.OTHER_VERSION), seen);
    }

    /** Swaps the original in again, by Karaf's own command. */
    void swapBack() {
        String seen = shell("bundle:update io.felucca." + name + " " + original.toUri());
        assertTrue(seen.contains("Bundle-Version = 0.1.0.SNAPSHOT"), seen);
    }

    /** Does it, and tells what there is now; in one session, as each costs a key exchange. */
    private String shell(String command) {
        String which = "io.felucca." + name;
        String seen =
                cluster.shell(command + "; bundle:headers " + which + "; bundle:status " + which);
        assertTrue(seen.contains("Active"), seen);
        return seen;
    }
}
