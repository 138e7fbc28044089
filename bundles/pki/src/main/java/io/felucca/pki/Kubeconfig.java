package io.felucca.pki;

import io.felucca.pki.api.ClusterTrust.Issued;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A kubeconfig with one cluster, one user and its client certificate inside. */
final class Kubeconfig {
    private static final String TEMPLATE =
            """
            apiVersion: v1
            kind: Config
            clusters:
            - name: felucca
              cluster:
                server: %s
                certificate-authority-data: %s
            users:
            - name: %s
              user:
                client-certificate-data: %s
                client-key-data: %s
            contexts:
            - name: felucca
              context:
                cluster: felucca
                user: %3$s
            current-context: felucca
            preferences: {}
            """;

    private Kubeconfig() {}

    static String text(String server, String authorityPem, String user, Issued client) {
        return TEMPLATE.formatted(
                server,
                base64(authorityPem),
                user,
                base64(Pem.certificates(client.chain().subList(0, 1))),
                base64(Pem.privateKey(client.key())));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
