package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the kubectl programs on this machine. {@code ./felucca test} lists them in {@code
 * FELUCCA_KUBECTLS}, divided by colons: the one on the PATH, the newest beside it, and Debian's.
 */
record KubectlProgram(String path, int minor) {
    private static final Pattern VERSION = Pattern.compile("v1\\.(\\d+)\\.");

    /** Each version once, the oldest first. */
    static List<KubectlProgram> found() {
        String paths = System.getenv().getOrDefault("FELUCCA_KUBECTLS", "kubectl");
        Map<Integer, KubectlProgram> byVersion = new TreeMap<>();
        for (String path : paths.split(":", -1)) {
            // Its own version alone: some programs of this name choose another by the server's.
            String words = Run.of(List.of(path, "version", "--client"), Map.of(), "", 20).ok();
            Matcher version = VERSION.matcher(words);
            assertTrue(version.find(), words);
            int minor = Integer.parseInt(version.group(1));
            byVersion.putIfAbsent(minor, new KubectlProgram(path, minor));
        }
        return List.copyOf(byVersion.values());
    }

    Kubectl in(Cluster cluster, String namespacePrefix) {
        return cluster.newNamespace(namespacePrefix + minor).by(path);
    }

    boolean since(int otherMinor) {
        return minor >= otherMinor;
    }

    @Override
    public String toString() {
        return "kubectl 1." + minor;
    }
}
