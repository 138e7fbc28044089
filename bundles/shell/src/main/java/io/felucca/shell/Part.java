package io.felucca.shell;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** One of the process's own bundles. */
record Part(Bundle bundle) {
    private static final String PREFIX = "io.felucca.";

    /** All of them, by name. */
    static List<Part> all(BundleContext context) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName() != null)
                .filter(bundle -> bundle.getSymbolicName().startsWith(PREFIX))
                .sorted(Comparator.comparing(Bundle::getSymbolicName))
                .map(Part::new)
                .toList();
    }

    /**
     * @param name with or without {@code io.felucca.} before it
     * @throws IllegalArgumentException if there is none
     */
    static Part named(BundleContext context, String name) {
        String full = name.startsWith(PREFIX) ? name : PREFIX + name;
        return all(context).stream()
                .filter(part -> part.bundle.getSymbolicName().equals(full))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no part "
                                                + full
                                                + "; felucca:parts lists what there is"));
    }

    String name() {
        return bundle.getSymbolicName().substring(PREFIX.length());
    }

    String version() {
        return bundle.getVersion().toString();
    }

    String state() {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> "active";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.RESOLVED -> "stopped";
            default -> "unresolved";
        };
    }

    /** Whether others import what it exports, so that its update would restart them too. */
    boolean isShared() {
        return bundle.getHeaders("").get(Constants.EXPORT_PACKAGE) != null;
    }
}
