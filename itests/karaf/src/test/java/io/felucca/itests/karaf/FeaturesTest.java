package io.felucca.itests.karaf;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.inject.Inject;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.features.FeaturesService.Option;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.Version;

/**
 * Felucca's features in a Karaf that has none of them, as its users install them. What they bring
 * is used by {@link ControlPlane}, since no type of theirs is there when this class is loaded.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class FeaturesTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final EnumSet<Option> NO_REFRESH = EnumSet.of(Option.NoAutoRefreshBundles);
    private static final Set<String> SERVER = Set.of("felucca-store-rocksdb", "felucca-apiserver");
    private static final String PLUGIN = "io.felucca.apiserver.admission.namespacelifecycle";

    @Inject private BundleContext context;
    @Inject private FeaturesService features;

    @Configuration
    public static org.ops4j.pax.exam.Option[] configuration() {
        return BareKaraf.options();
    }

    /** By whichever test comes first. */
    @Before
    public void install() throws Exception {
        String version = System.getProperty("felucca.version");
        features.addRepository(URI.create("mvn:io.felucca/features/" + version + "/xml/features"));
        if (!features.isInstalled(features.getFeature("felucca-apiserver"))) {
            features.installFeatures(SERVER, NO_REFRESH);
        }
        ControlPlane plane = new ControlPlane(context);
        eventually(plane::isThere, () -> "the API server is missing");
        eventually(() -> plane.problems().isEmpty(), () -> "not ready: " + plane.problems());
    }

    private static void eventually(BooleanSupplier condition, Supplier<String> otherwise) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(otherwise.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private Bundle bundle(String name) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + name));
    }

    @Test
    public void theFeaturesOfAnApiServerBringAllThatItNeeds() {
        ControlPlane plane = new ControlPlane(context);
        plane.createNamespace("made");
        assertTrue(plane.refusesContentOf("never-made"));
        assertEquals("Active", plane.phaseOf("made"));
    }

    @Test
    public void everyBundleOfTheFeaturesStarts() {
        Set<String> idle = new TreeSet<>();
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
            boolean lazy = bundle.getHeaders().get(Constants.BUNDLE_ACTIVATIONPOLICY) != null;
            int state = bundle.getState();
            if (state != Bundle.ACTIVE
                    && !(fragment && state == Bundle.RESOLVED)
                    && !(lazy && state == Bundle.STARTING)) {
                idle.add(bundle.getSymbolicName() + " in state " + state);
            }
        }
        assertEquals(Set.of(), idle);
    }

    @Test
    public void eachFeatureFindsWhatItImports() throws Exception {
        Set<String> names = new TreeSet<>();
        for (Feature feature : features.listFeatures()) {
            if (feature.getName().startsWith("felucca-")) {
                names.add(feature.getName());
                features.installFeature(feature, EnumSet.of(Option.Simulate));
            }
        }
        assertTrue(names.toString(), names.containsAll(SERVER));
        assertTrue(names.toString(), names.contains("felucca-node"));
    }

    @Test
    public void anImplementationIsReplacedAndNoOtherBundleStops() throws Exception {
        Bundle plugin = bundle(PLUGIN);
        Version newer = new Version("9.9.9");
        byte[] jar = withVersion(plugin, newer);
        Set<String> touched = new ConcurrentSkipListSet<>();
        // Whatever is refreshed or restarted is stopped first.
        SynchronousBundleListener listener =
                event -> {
                    if (event.getType() == BundleEvent.STOPPED) {
                        touched.add(event.getBundle().getSymbolicName());
                    }
                };
        context.addBundleListener(listener);
        try {
            plugin.update(new ByteArrayInputStream(jar));
            eventually(
                    () -> plugin.getRegisteredServices() != null, () -> "it offers nothing since");
        } finally {
            context.removeBundleListener(listener);
        }
        assertEquals(newer, plugin.getVersion());
        assertEquals(Set.of(PLUGIN), touched);
        assertTrue(new ControlPlane(context).refusesContentOf("never-made"));
    }

    /** A new build of the bundle, which differs from the installed one by its version. */
    private static byte[] withVersion(Bundle bundle, Version version) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream now = URI.create(bundle.getLocation()).toURL().openStream();
                JarInputStream in = new JarInputStream(now)) {
            Manifest manifest = in.getManifest();
            manifest.getMainAttributes().putValue(Constants.BUNDLE_VERSION, version.toString());
            try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
                for (JarEntry entry = in.getNextJarEntry();
                        entry != null;
                        entry = in.getNextJarEntry()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                    out.closeEntry();
                }
            }
        }
        return bytes.toByteArray();
    }
}
