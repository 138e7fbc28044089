package io.felucca.pki;

import io.felucca.pki.api.ClusterTrust;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * The cluster's keys and certificates on disk, made where they lack and renewed before they run
 * out. {@link #renew} is for one thread at a time, the rest is thread-safe.
 */
final class ClusterPki implements ClusterTrust {
    /** A certificate is replaced once it has no more than this left. */
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private static final String ADMIN = "kubernetes-admin";

    /**
     * @param kubeconfig where the administrator's kubeconfig goes
     * @param server of that kubeconfig, such as {@code https://127.0.0.1:6443}
     */
    record Layout(
            Path dataDirectory,
            Path kubeconfig,
            String server,
            String nodeName,
            ServingNames apiServer,
            ServingNames kubelet) {}

    /** What listeners and clients on this host show; the leaf certificates now in force. */
    record Certificates(Issued apiServer, Issued kubeletServing, Issued kubeletClient) {}

    private final Layout layout;
    private final Clock clock;
    private final PkiStore.Leaves leaves;
    private final PkiStore.Leaves clients;
    private final Authority authority;
    private final Authority frontProxyAuthority;
    private final String authorityPem;
    private final KeyPair serviceAccountKey;

    ClusterPki(Layout layout, Clock clock) {
        this.layout = layout;
        this.clock = clock;
        PkiStore store = new PkiStore(layout.dataDirectory(), clock);
        store.createIfAbsent();
        this.authority = store.authority();
        this.frontProxyAuthority = store.frontProxyAuthority();
        this.authorityPem = Pem.certificates(List.of(authority.certificate()));
        this.serviceAccountKey = store.signingKey();
        this.leaves = store.leaves();
        this.clients = store.issuedClients();
    }

    /** Makes and replaces what is due; the same objects' contents come back while nothing is. */
    Certificates renew() {
        String nodeUser = "system:node:" + layout.nodeName();
        Issued apiServer =
                current(
                        leaves,
                        "apiserver",
                        layout.apiServer()::match,
                        () -> authority.issueServing("kube-apiserver", layout.apiServer()));
        Issued kubeletServing =
                current(
                        leaves,
                        "kubelet",
                        layout.kubelet()::match,
                        () -> authority.issueServing(nodeUser, layout.kubelet()));
        Issued kubeletClient =
                current(
                        leaves,
                        "kubelet-client",
                        certificate -> isFor(certificate, nodeUser),
                        () -> authority.issueClient(nodeUser, List.of("system:nodes")));
        Issued admin =
                current(
                        leaves,
                        "admin",
                        certificate -> true,
                        () -> authority.issuePerson(ADMIN, List.of("system:masters")));
        writeKubeconfig(admin);
        return new Certificates(apiServer, kubeletServing, kubeletClient);
    }

    @Override
    public X509Certificate authority() {
        return authority.certificate();
    }

    @Override
    public String authorityPem() {
        return authorityPem;
    }

    @Override
    public KeyPair serviceAccountKey() {
        return serviceAccountKey;
    }

    /** Kept on disk under its common name, so that the next start need not issue it again. */
    @Override
    public Issued issueClient(String commonName, List<String> organizations) {
        synchronized (clients) {
            return current(
                    clients,
                    URLEncoder.encode(commonName, StandardCharsets.UTF_8),
                    certificate -> isFor(certificate, commonName, organizations),
                    () -> authority.issueClient(commonName, organizations));
        }
    }

    @Override
    public X509Certificate frontProxyAuthority() {
        return frontProxyAuthority.certificate();
    }

    @Override
    public Issued issueFrontProxyClient() {
        synchronized (clients) {
            return current(
                    clients,
                    FRONT_PROXY,
                    frontProxyAuthority,
                    certificate -> isFor(certificate, FRONT_PROXY, List.of()),
                    () -> frontProxyAuthority.issueClient(FRONT_PROXY, List.of()));
        }
    }

    @Override
    public Issued issueServing(String commonName, List<String> dnsNames, List<String> ipAddresses) {
        return authority.issueServing(commonName, new ServingNames(dnsNames, ipAddresses));
    }

    @Override
    public X509Certificate sign(Order order) {
        return authority.sign(order);
    }

    private Issued current(
            PkiStore.Leaves kept,
            String name,
            Predicate<X509Certificate> stillFits,
            Supplier<Issued> fresh) {
        return current(kept, name, authority, stillFits, fresh);
    }

    private Issued current(
            PkiStore.Leaves kept,
            String name,
            Authority signer,
            Predicate<X509Certificate> stillFits,
            Supplier<Issued> fresh) {
        Instant due = clock.instant().plus(RENEW_BEFORE);
        return kept.load(name)
                .filter(issued -> stillFits.test(issued.chain().get(0)))
                .filter(issued -> issued.chain().get(0).getNotAfter().toInstant().isAfter(due))
                .filter(issued -> isSignedBy(signer, issued))
                .orElseGet(
                        () -> {
                            Issued issued = fresh.get();
                            kept.save(name, issued);
                            return issued;
                        });
    }

    /** False for what another authority signed: one whose files somebody has put back in place. */
    private static boolean isSignedBy(Authority signer, Issued issued) {
        try {
            issued.chain().get(0).verify(signer.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isFor(X509Certificate certificate, String commonName) {
        return certificate.getSubjectX500Principal().getName().contains("CN=" + commonName + ",");
    }

    /** Whether the subject is exactly this; a name that cannot be read is not. */
    private static boolean isFor(
            X509Certificate certificate, String commonName, List<String> organizations) {
        List<Object> asked = new ArrayList<>();
        organizations.forEach(organization -> asked.add(Map.entry("O", organization)));
        asked.add(Map.entry("CN", commonName));
        try {
            String subject = certificate.getSubjectX500Principal().getName();
            List<Object> found = new ArrayList<>();
            new LdapName(subject)
                    .getRdns()
                    .forEach(part -> found.add(Map.entry(part.getType(), part.getValue())));
            return found.equals(asked);
        } catch (InvalidNameException e) {
            return false;
        }
    }

    private void writeKubeconfig(Issued admin) {
        String text = Kubeconfig.text(layout.server(), authorityPem, ADMIN, admin);
        Path file = layout.kubeconfig();
        if (Files.exists(file) && PrivateFiles.read(file).equals(text)) {
            return;
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new PkiException(file + " could not be written: " + e, e);
        }
        PrivateFiles.write(file, text);
    }
}
