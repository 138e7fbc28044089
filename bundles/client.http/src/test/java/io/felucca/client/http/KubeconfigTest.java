package io.felucca.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubeconfigTest {
    private static final String TEXT =
            """
            clusters:
            - name: c
              cluster: {server: SERVER, certificate-authority-data: Zm9v}
            users:
            - name: u
              user: {}
            contexts:
            - name: x
              context: {cluster: c, user: u}
            current-context: CONTEXT
            """;

    @TempDir private Path folder;

    @Test
    void whatIsWrongIsSaidWithTheFile() throws IOException {
        assertRefused(TEXT.replace("CONTEXT", "y"), "contexts has no \"y\"");
        String context = TEXT.replace("CONTEXT", "x");
        assertRefused(
                context.replace("SERVER", "http://h:1"),
                "server must be an https URL, not http://h:1");
        assertRefused(context.replace("SERVER", "https://h:1"), "it lacks client-key-data");
        assertRefused(
                context.replace("SERVER", "https://h:1")
                        .replace("user: {}", "user: {client-key-data: Zm9v}"),
                "there is no PKCS#8 private key where one should be");
    }

    private void assertRefused(String text, String why) throws IOException {
        Path file = Files.writeString(folder.resolve("kubeconfig"), text);
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> Kubeconfig.read(file));
        assertEquals("kubeconfig " + file + " can't be used: " + why, thrown.getMessage());
    }
}
