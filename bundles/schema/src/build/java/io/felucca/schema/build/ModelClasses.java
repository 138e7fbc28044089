package io.felucca.schema.build;

import java.io.IOException;
import java.net.JarURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;

/** Lists the classes of the typed model. */
final class ModelClasses {
    static final String PACKAGE = "io.kubernetes.client.openapi.models.";

    private ModelClasses() {}

    /** Simple names of the classes of stable versions. */
    static List<String> stable() throws IOException {
        String folder = PACKAGE.replace('.', '/');
        var url = ModelClasses.class.getClassLoader().getResource(folder + "V1Pod.class");
        if (url == null || !(url.openConnection() instanceof JarURLConnection connection)) {
            throw new IOException("the model is not a jar on the class path");
        }
        List<String> names = new ArrayList<>();
        for (JarEntry entry : java.util.Collections.list(connection.getJarFile().entries())) {
            String path = entry.getName();
            if (path.startsWith(folder) && path.endsWith(".class") && !path.contains("$")) {
                String name = path.substring(folder.length(), path.length() - ".class".length());
                if (!name.startsWith("Abstract") && !name.matches("V\\d+(alpha|beta)\\d.*")) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
