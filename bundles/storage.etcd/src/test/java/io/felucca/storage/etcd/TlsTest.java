package io.felucca.storage.etcd;

import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.putOf;
import static io.felucca.testing.StoreFixture.txnOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import io.felucca.testing.EtcdMembers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that speaks TLS and wants to see certificates. */
@Tag("other-programs")
class TlsTest {
    @TempDir Path directory;

    @BeforeEach
    void makeCertificates() throws IOException, InterruptedException {
        EtcdMembers.assumeInstalled();
        authority("ca");
        authority("stranger");
        signed("member", "ca");
        signed("client", "ca");
        signed("impostor", "stranger");
    }

    @Test
    void memberAndClientShowEachOtherTheirCertificates() {
        try (EtcdMembers members = members();
                EtcdStore store = new EtcdStore(options(members, "ca", "client"))) {
            assertTrue(await(store.txn(txnOf(putOf("/a", "1")))).succeeded());
        }
    }

    @Test
    void unknownAuthorityIsRefusedWithItsReason() {
        try (EtcdMembers members = members();
                EtcdStore wrongCa = new EtcdStore(options(members, "stranger", "client"));
                EtcdStore wrongKey = new EtcdStore(options(members, "ca", "impostor"))) {
            assertRefused(wrongCa);
            assertRefused(wrongKey);
        }
    }

    private static void assertRefused(EtcdStore store) {
        StoreException refused =
                assertThrows(StoreException.class, () -> await(store.txn(txnOf(putOf("/a", "1")))));
        assertEquals(Reason.UNAVAILABLE, refused.reason(), refused.getMessage());
        assertTrue(refused.getMessage().contains("can't be reached"), refused.getMessage());
        assertTrue(refused.getMessage().contains("cert"), refused.getMessage());
    }

    private EtcdMembers members() {
        return new EtcdMembers(
                directory,
                1,
                "--cert-file=" + file("member.crt"),
                "--key-file=" + file("member.key"),
                "--trusted-ca-file=" + file("ca.crt"),
                "--client-cert-auth");
    }

    private EtcdOptions options(EtcdMembers members, String ca, String client) {
        return EtcdOptions.of(
                        members.endpoints(),
                        file(ca + ".crt"),
                        file(client + ".crt"),
                        file(client + ".key"))
                .withDeadline(Duration.ofSeconds(6));
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private void authority(String name) throws IOException, InterruptedException {
        openssl(
                "req",
                "-x509",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-out",
                file(name + ".crt"),
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                file(name + ".key"));
    }

    private void signed(String name, String authority) throws IOException, InterruptedException {
        openssl(
                "req",
                "-x509",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-out",
                file(name + ".crt"),
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                file(name + ".key"),
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-CA",
                file(authority + ".crt"),
                "-CAkey",
                file(authority + ".key"));
    }

    private void openssl(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
