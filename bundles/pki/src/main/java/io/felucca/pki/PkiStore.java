package io.felucca.pki;

import io.felucca.pki.api.ClusterTrust.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What lies under {@code <data.dir>/pki}: {@code ca.crt}, {@code ca.key}, {@code sa.key}, {@code
 * sa.pub}, and for each certificate one file with key and chain, so that the two always match;
 * those that other parts ask for are in {@code issued/}.
 *
 * <p>Authority and signing key are made together in a directory of another name, which then takes
 * its place: there is either all of it or nothing, and nothing here ever replaces it. For one
 * thread at a time.
 */
final class PkiStore {
    private static final String AUTHORITY_NAME = "felucca-ca";
    private static final String FRONT_PROXY_AUTHORITY = "front-proxy-ca";

    private final Path directory;
    private final Clock clock;

    PkiStore(Path dataDirectory, Clock clock) {
        this.directory = dataDirectory.resolve("pki");
        this.clock = clock;
    }

    /** Makes authority and signing key unless there are some. */
    void createIfAbsent() {
        if (Files.exists(directory.resolve("ca.crt"))
                || Files.exists(directory.resolve("ca.key"))) {
            return;
        }
        Path next = directory.resolveSibling("pki.next");
        try {
            refuseUnlessEmpty();
            Files.createDirectories(directory.toAbsolutePath().getParent());
            deleteLeftOver(next);
            PrivateFiles.createDirectory(next);
            Authority authority = Authority.create(AUTHORITY_NAME, clock);
            PrivateFiles.write(
                    next.resolve("ca.crt"), Pem.certificates(List.of(authority.certificate())));
            PrivateFiles.write(next.resolve("ca.key"), Pem.privateKey(authority.key()));
            KeyPair signing = Authority.newRsaKey();
            PrivateFiles.write(next.resolve("sa.key"), Pem.privateKey(signing.getPrivate()));
            PrivateFiles.write(next.resolve("sa.pub"), Pem.publicKey(signing.getPublic()));
            PrivateFiles.move(next, directory);
        } catch (IOException e) {
            throw new PkiException(directory + " could not be made: " + e, e);
        }
    }

    Authority authority() {
        Path certificateFile = directory.resolve("ca.crt");
        Path keyFile = directory.resolve("ca.key");
        X509Certificate certificate = chain(certificateFile).get(0);
        PrivateKey key = privateKey(keyFile, "EC");
        if (!belongTogether(key, certificate.getPublicKey())) {
            throw new PkiException(
                    keyFile + " is damaged: it is not the key of " + certificateFile);
        }
        return new Authority(certificate, key, clock);
    }

    /** Made when it is first asked for: clusters that are older than it get it too. */
    Authority frontProxyAuthority() {
        Leaves kept = leaves();
        Issued self =
                kept.load(FRONT_PROXY_AUTHORITY)
                        .orElseGet(
                                () -> {
                                    Authority made = Authority.create(FRONT_PROXY_AUTHORITY, clock);
                                    Issued issued =
                                            new Issued(made.key(), List.of(made.certificate()));
                                    kept.save(FRONT_PROXY_AUTHORITY, issued);
                                    return issued;
                                });
        return new Authority(self.chain().get(0), self.key(), clock);
    }

    KeyPair signingKey() {
        Path file = directory.resolve("sa.key");
        if (!(privateKey(file, "RSA") instanceof RSAPrivateCrtKey key)) {
            throw new PkiException(file + " is damaged: it lacks the parts of the public key");
        }
        try {
            PublicKey publicKey =
                    KeyFactory.getInstance("RSA")
                            .generatePublic(
                                    new RSAPublicKeySpec(
                                            key.getModulus(), key.getPublicExponent()));
            return new KeyPair(publicKey, key);
        } catch (GeneralSecurityException e) {
            throw damaged(file, e);
        }
    }

    /** The certificates that are made at first start. */
    Leaves leaves() {
        return new Leaves(directory);
    }

    /** Client certificates that other parts have asked for. */
    Leaves issuedClients() {
        return new Leaves(directory.resolve("issued"));
    }

    /** A directory with a file for each leaf certificate. For one thread at a time. */
    static final class Leaves {
        private final Path directory;

        private Leaves(Path directory) {
            this.directory = directory;
        }

        /** A key with its chain, as last {@linkplain #save saved}; empty if never. */
        Optional<Issued> load(String name) {
            Path file = directory.resolve(name + ".pem");
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            List<X509Certificate> chain = chain(file);
            PublicKey publicKey = chain.get(0).getPublicKey();
            Issued issued = new Issued(privateKey(file, publicKey.getAlgorithm()), chain);
            if (!belongTogether(issued.key(), publicKey)) {
                throw new PkiException(
                        file + " is damaged: key and certificate differ; delete it for a new one");
            }
            return Optional.of(issued);
        }

        void save(String name, Issued issued) {
            if (!Files.exists(directory)) {
                PrivateFiles.createDirectory(directory);
            }
            PrivateFiles.write(
                    directory.resolve(name + ".pem"),
                    Pem.privateKey(issued.key()) + Pem.certificates(issued.chain()));
        }
    }

    private static PrivateKey privateKey(Path file, String algorithm) {
        try {
            return Pem.readPrivateKey(PrivateFiles.read(file), algorithm);
        } catch (GeneralSecurityException e) {
            throw damaged(file, e);
        }
    }

    private static List<X509Certificate> chain(Path file) {
        try {
            return Pem.readCertificates(PrivateFiles.read(file));
        } catch (GeneralSecurityException e) {
            throw damaged(file, e);
        }
    }

    private static PkiException damaged(Path file, GeneralSecurityException why) {
        return new PkiException(file + " is damaged: " + why.getMessage(), why);
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        byte[] sample = {1, 2, 3};
        String algorithm =
                publicKey.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // A key of another kind is as wrong as another key.
            return false;
        }
    }

    /** A directory that has something but no authority has lost it; a new one would hide that. */
    private void refuseUnlessEmpty() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new PkiException(
                        directory.resolve("ca.crt")
                                + " is missing, but "
                                + directory
                                + " is not empty: restore the authority, or remove the directory"
                                + " to start a new cluster");
            }
        }
    }

    private static void deleteLeftOver(Path next) throws IOException {
        if (!Files.exists(next)) {
            return;
        }
        try (Stream<Path> files = Files.list(next)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(next);
    }
}
