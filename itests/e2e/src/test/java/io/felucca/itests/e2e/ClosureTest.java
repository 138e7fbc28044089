package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The update of an implementation bundle concerns no other bundle: asked of the framework itself,
 * with every bundle of the distribution installed and wired, though none started.
 */
final class ClosureTest {
    private static final String OURS = "io.felucca.";

    /** What Karaf's launcher adds to the system bundle, of which our bundles use some. */
    private static final String LAUNCHER_PACKAGES =
            "org.apache.karaf.jaas.boot;version=4.4.10,"
                    + "org.apache.karaf.jaas.boot.principal;version=4.4.10,"
                    + "org.apache.karaf.branding,org.apache.karaf.version;version=4.4.10,"
                    + "org.apache.karaf.info;version=4.4.10,"
                    + "org.apache.karaf.util;version=4.4.10,"
                    + "sun.misc,com.sun.management,org.slf4j.impl";

    @TempDir Path folder;

    @Test
    void implementationsAreAloneInTheirClosure() throws Exception {
        Framework framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        folder.toString(),
                                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                                        LAUNCHER_PACKAGES));
        framework.init();
        try {
            List<Bundle> installed = install(framework);
            FrameworkWiring wiring = framework.adapt(FrameworkWiring.class);
            // One after the other, as they are started: all at once are more choices than the
            // resolver can weigh.
            for (Bundle bundle : installed) {
                wiring.resolveBundles(List.of(bundle));
            }
            check(installed, wiring);
        } finally {
            framework.stop();
            framework.waitForStop(10_000);
        }
    }

    private static void check(List<Bundle> installed, FrameworkWiring wiring) {
        Map<String, TreeSet<String>> entangled = new TreeMap<>();
        TreeSet<String> implementations = new TreeSet<>();
        for (Bundle bundle : installed) {
            String name = bundle.getSymbolicName();
            if (!name.startsWith(OURS)
                    || bundle.getHeaders("").get(Constants.EXPORT_PACKAGE) != null) {
                continue;
            }
            // An unresolved bundle would be alone for the wrong reason.
            assertEquals(Bundle.RESOLVED, bundle.getState(), name + " is not resolved");
            implementations.add(name);
            TreeSet<String> closure =
                    wiring.getDependencyClosure(List.of(bundle)).stream()
                            .map(Bundle::getSymbolicName)
                            .collect(Collectors.toCollection(TreeSet::new));
            if (!closure.equals(new TreeSet<>(List.of(name)))) {
                entangled.put(name, closure);
            }
        }
        assertEquals(Map.of(), entangled);
        for (String part :
                List.of("apiserver", "apiserver.rest", "api.apps", "scheduler", "kubelet")) {
            assertTrue(implementations.contains(OURS + part), implementations::toString);
        }
    }

    private static List<Bundle> install(Framework framework) throws IOException, BundleException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(root.resolve("felucca"))) {
            root = root.getParent();
        }
        Path system = root.resolve("distribution/standalone/target/assembly/system");
        List<Bundle> installed = new ArrayList<>();
        try (Stream<Path> files = Files.walk(system)) {
            for (Path jar : files.filter(ClosureTest::isBundle).sorted().toList()) {
                Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
                if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
                    installed.add(bundle);
                }
            }
        }
        return installed;
    }

    private static boolean isBundle(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith("org.apache.felix.framework");
    }
}
