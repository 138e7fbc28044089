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

    void swap() {
        swap(other, Builds.OTHER_VERSION);
    }

    void swapBack() {
        swap(original, "0.1.0");
    }

    private void swap(Path jar, String version) {
        String words = cluster.shell("felucca:swap " + name + " " + jar);
        assertTrue(words.contains(name + " is now " + version), words);
    }
}
