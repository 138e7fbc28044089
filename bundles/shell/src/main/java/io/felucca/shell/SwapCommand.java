package io.felucca.shell;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/**
 * Replaces a part by another build of it, while everything else goes on. Refuses what would restart
 * others too, and a jar that is another bundle's.
 */
@Service
@Command(
        scope = "felucca",
        name = "swap",
        description = "Replaces a part by another build of it, while everything else goes on")
public final class SwapCommand implements Action {
    @Reference private Session session;

    @Argument(index = 0, name = "part", description = "such as scheduler", required = true)
    private String name;

    @Argument(index = 1, name = "jar", description = "the new build's file", required = true)
    private String jar;

    @Override
    public Object execute() throws BundleException, IOException {
        BundleContext context = FrameworkUtil.getBundle(SwapCommand.class).getBundleContext();
        Part part = Part.named(context, name);
        Path file = Path.of(jar);
        check(part, file);
        long start = System.nanoTime();
        try (InputStream in = Files.newInputStream(file)) {
            part.bundle().update(in);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        session.getConsole()
                .println(part.name() + " is now " + part.version() + ", in " + millis + " ms");
        return null;
    }

    private static void check(Part part, Path file) throws IOException {
        if (part.isShared()) {
            throw new IllegalArgumentException(
                    part.name()
                            + " can't be swapped: others share its classes; restart the process"
                            + " with the new build instead");
        }
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("there is no file " + file);
        }
        try (JarFile content = new JarFile(file.toFile())) {
            Manifest manifest = content.getManifest();
            String symbolicName =
                    manifest == null
                            ? null
                            : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            if (!part.bundle().getSymbolicName().equals(symbolicName)) {
                throw new IllegalArgumentException(
                        file
                                + " is "
                                + (symbolicName == null ? "no bundle" : symbolicName)
                                + ", not "
                                + part.bundle().getSymbolicName());
            }
        }
    }
}
