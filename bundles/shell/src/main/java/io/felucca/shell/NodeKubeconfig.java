package io.felucca.shell;

import io.felucca.pki.api.ClusterTrust.Issued;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A node's kubeconfig. What kubeconfigs have no field for stands in extensions, which other readers
 * pass over: the cluster's settings, and the certificate that the node's own listener shows.
 */
final class NodeKubeconfig {
    private static final int LINE_LENGTH = 64;

    private static final String TEMPLATE =
            """
            apiVersion: v1
            kind: Config
            clusters:
            - name: felucca
              cluster:
                server: https://%s:%s
                certificate-authority-data: %s
                extensions:
                - name: felucca.io/cluster
                  extension:
                    service-cidr: %s
                    pod-cidr: %s
                    node-cidr-mask: %s
                    dns-ip: %s
                    cluster-domain: %s
                    nodeport-range: %s
            users:
            - name: %s
              user:
                client-certificate-data: %s
                client-key-data: %s
                extensions:
                - name: felucca.io/kubelet-serving
                  extension:
                    node-name: %s
                    node-ip: %s
                    certificate-data: %s
                    key-data: %s
            contexts:
            - name: felucca
              context:
                cluster: felucca
                user: %10$s
            current-context: felucca
            preferences: {}
            """;

    private NodeKubeconfig() {}

    /**
     * @param setting of the cluster's configuration, by its key
     */
    static String text(
            String name,
            String ip,
            UnaryOperator<String> setting,
            String authorityPem,
            Issued client,
            Issued serving) {
        return TEMPLATE.formatted(
                setting.apply("node.ip"),
                setting.apply("api.port"),
                base64(authorityPem),
                setting.apply("service.cidr"),
                setting.apply("pod.cidr"),
                setting.apply("node.cidr.mask"),
                setting.apply("dns.ip"),
                setting.apply("cluster.domain"),
                setting.apply("nodeport.range"),
                "system:node:" + name,
                base64(certificates(client.chain().subList(0, 1))),
                base64(block("PRIVATE KEY", client.key().getEncoded())),
                name,
                ip,
                base64(certificates(serving.chain())),
                base64(block("PRIVATE KEY", serving.key().getEncoded())));
    }

    private static String certificates(List<X509Certificate> chain) {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : chain) {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate could not be encoded", e);
        }
        return text.toString();
    }

    private static String block(String type, byte[] content) {
        String body = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
