package io.felucca.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Netty bundles that the server needs when it runs: this list, and no other. */
class RuntimeBundlesTest {
    private static final List<String> BUNDLES =
            List.of(
                    "netty-buffer",
                    "netty-codec-base",
                    "netty-codec-compression",
                    "netty-codec-http",
                    "netty-codec-http2",
                    "netty-common",
                    "netty-handler",
                    "netty-resolver",
                    "netty-transport",
                    "netty-transport-native-unix-common");

    private static final Pattern CLAUSE =
            Pattern.compile("([^,;\"]+)((?:;[^,;\"]*(?:\"[^\"]*\")?[^,;\"]*)*)(?:,|$)");

    @Test
    void importsOfTheNettyBundlesAreMetByThemselvesAndTheJdk() throws IOException {
        Map<String, String> exported = new HashMap<>();
        Map<String, String> imported = new LinkedHashMap<>();
        for (String bundle : BUNDLES) {
            Attributes manifest = manifest(bundle);
            clauses(manifest.getValue("Export-Package"))
                    .forEach((name, rest) -> exported.put(name, bundle));
            clauses(manifest.getValue("Import-Package"))
                    .forEach(
                            (name, rest) -> {
                                if (!rest.contains("resolution:=optional")) {
                                    imported.put(name, bundle);
                                }
                            });
        }
        TreeSet<String> missing = new TreeSet<>();
        imported.forEach(
                (name, bundle) -> {
                    boolean ofTheJdk =
                            ModuleLayer.boot().modules().stream()
                                    .anyMatch(module -> module.getPackages().contains(name));
                    boolean ofTheFramework =
                            name.startsWith("org.osgi.") || name.equals("org.slf4j");
                    if (!exported.containsKey(name) && !ofTheJdk && !ofTheFramework) {
                        missing.add(name + " for " + bundle);
                    }
                });
        assertEquals(new TreeSet<>(), missing);
    }

    private static Attributes manifest(String artifact) throws IOException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String file = new File(entry).getName();
            if (file.matches(Pattern.quote(artifact) + "-\\d.*\\.jar")) {
                try (JarFile jar = new JarFile(entry)) {
                    return jar.getManifest().getMainAttributes();
                }
            }
        }
        throw new IOException(artifact + " is not on the class path");
    }

    private static Map<String, String> clauses(String header) {
        Map<String, String> result = new LinkedHashMap<>();
        if (header != null) {
            Matcher matcher = CLAUSE.matcher(header);
            while (matcher.find()) {
                result.put(matcher.group(1).strip(), matcher.group(2));
            }
        }
        return result;
    }
}
