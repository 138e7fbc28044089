package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A bundle of the running process that can be swapped for another build of it, and back. */
final class Part {
    private static final String BUILD = "Felucca-Build";

    private final Cluster cluster;
    private final String name;
    private final Path original;
    private final Path other;

    /**
     * @param name such as {@code scheduler}
     * @param folder where the other build is written to
     */
    Part(Cluster cluster, String name, Path folder) {
        this.cluster = cluster;
        this.name = name;
        original = jarOf(cluster, name);
        other = folder.resolve(name + "-swapped.jar");
        writeOtherBuild();
    }

    private static Path jarOf(Cluster cluster, String name) {
        String version = "0.1.0-SNAPSHOT";
        return cluster.root()
                .resolve("distribution/standalone/target/assembly/system/io/felucca")
                .resolve(name)
                .resolve(version)
                .resolve(name + "-" + version + ".jar");
    }

    /** The same classes, with a later version and a header that one can see. */
    private void writeOtherBuild() {
        try (JarFile jar = new JarFile(original.toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            Attributes main = manifest.getMainAttributes();
            main.putValue("Bundle-Version", "0.1.0.swapped");
            main.putValue(BUILD, "swapped");
            try (JarOutputStream out =
                    new JarOutputStream(Files.newOutputStream(other), manifest)) {
                Enumeration<JarEntry> entries = jar.entries();
                while (entries.hasMoreElements()) {
                    JarEntry entry = entries.nextElement();
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        try (InputStream content = jar.getInputStream(entry)) {
                            content.transferTo(out);
                        }
                        out.closeEntry();
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    /** Swaps the other build in, by the command that users have for it. */
    void swap() {
        String seen = shell("felucca:swap " + name + " " + other);
        assertTrue(seen.contains(BUILD + " = swapped") && seen.contains("0.1.0.swapped"), seen);
    }

    /** Swaps the original in again, by Karaf's own command. */
    void swapBack() {
        String seen = shell("bundle:update io.felucca." + name + " " + original.toUri());
        assertTrue(!seen.contains(BUILD) && seen.contains("0.1.0.SNAPSHOT"), seen);
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
