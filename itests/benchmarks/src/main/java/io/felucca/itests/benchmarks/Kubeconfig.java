package io.felucca.itests.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one cluster and user of a kubeconfig whose keys are in it, as Felucca writes it. */
record Kubeconfig(URI server, String authority, String certificate, String key) {

    static Kubeconfig read(Path file) throws IOException {
        String text = Files.readString(file);
        return new Kubeconfig(
                URI.create(value(text, "server")),
                value(text, "certificate-authority-data"),
                value(text, "client-certificate-data"),
                value(text, "client-key-data"));
    }

    private static String value(String text, String key) {
        Matcher matcher = Pattern.compile("(?m)^\\s*" + key + ":\\s*(\\S+)\\s*$").matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("the kubeconfig has no " + key);
        }
        return matcher.group(1);
    }

    static InputStream pem(String base64) {
        return new ByteArrayInputStream(Base64.getDecoder().decode(base64));
    }
}
