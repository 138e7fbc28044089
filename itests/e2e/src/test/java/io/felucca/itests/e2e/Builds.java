package io.felucca.itests.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Two builds of each part: the one in the distribution, and one that can be told from it. */
final class Builds {
    static final String OTHER_VERSION = "0.1.1.another-build";

    private Builds() {}

    static Path original(Cluster cluster, String part) {
        return cluster.root()
                .resolve("distribution/standalone/target/assembly/system/io/felucca")
                .resolve(part)
                .resolve("0.1.0-SNAPSHOT")
                .resolve(part + "-0.1.0-SNAPSHOT.jar");
    }

    /** The same classes, with another version in the manifest. */
    static Path other(Cluster cluster, String part) {
        Path copy = cluster.home().resolve("other-" + part + ".jar");
        try (JarFile jar = new JarFile(original(cluster, part).toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            manifest.getMainAttributes().putValue("Bundle-Version", OTHER_VERSION);
            try (OutputStream file = Files.newOutputStream(copy);
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        continue;
                    }
                    out.putNextEntry(new JarEntry(entry.getName()));
                    try (InputStream content = jar.getInputStream(entry)) {
                        content.transferTo(out);
                    }
                    out.closeEntry();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }
}
