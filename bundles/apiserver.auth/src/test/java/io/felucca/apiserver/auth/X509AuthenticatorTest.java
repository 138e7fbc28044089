package io.felucca.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.Authenticator.Credentials;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.testing.FakeClock;
import io.felucca.testing.PartialTrust;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The certificates are files, made with openssl on 2026-11-20 for a year. */
final class X509AuthenticatorTest {
    private final FakeClock clock = new FakeClock(Instant.parse("2026-12-01T00:00:00Z"));
    private final X509Authenticator authenticator =
            new X509Authenticator(new Trust(certificate("ca")), clock);

    @Test
    void commonNameIsTheUserAndOrganizationsAreGroups() {
        UserInfo user = authenticate("client").orElseThrow();
        assertEquals("system:node:here", user.name());
        assertEquals(List.of("system:nodes", "Some, Group", "system:authenticated"), user.groups());
        assertEquals(user, authenticate("client").orElseThrow());
    }

    @Test
    void theAuthorityMayStandInTheChain() {
        UserInfo user =
                authenticator
                        .authenticate(credentials(certificate("client"), certificate("ca")))
                        .orElseThrow();
        assertEquals("system:node:here", user.name());
    }

    @Test
    void withoutACertificateOthersAreAsked() {
        assertEquals(Optional.empty(), authenticator.authenticate(credentials()));
    }

    @Test
    void aCertificateOfAnotherAuthorityOfTheSameNameIsRefused() {
        assertUnauthorized("foreign");
    }

    @Test
    void aServersCertificateIsNoClients() {
        assertUnauthorized("server");
    }

    @Test
    void aCertificateWithoutACommonNameIsRefused() {
        assertUnauthorized("nameless");
    }

    @Test
    void theAuthorityItselfIsNoClient() {
        assertUnauthorized("ca");
    }

    @Test
    void anExpiredCertificateIsRefusedAlsoWhenItWasGoodBefore() {
        assertTrue(authenticate("client").isPresent());
        clock.advance(Duration.ofDays(365));
        assertUnauthorized("client");
    }

    @Test
    void aCertificateOfTheFutureIsRefused() {
        clock.set(Instant.parse("2026-11-01T00:00:00Z"));
        assertUnauthorized("client");
    }

    private Optional<UserInfo> authenticate(String file) {
        return authenticator.authenticate(credentials(certificate(file)));
    }

    private void assertUnauthorized(String file) {
        ApiException refused = assertThrows(ApiException.class, () -> authenticate(file));
        assertEquals(StatusReason.Unauthorized, refused.reason());
        assertEquals("Unauthorized", refused.status().message());
    }

    private static Credentials credentials(X509Certificate... chain) {
        return new Credentials(List.of(chain), Optional.empty(), header -> Optional.empty());
    }

    private static X509Certificate certificate(String file) {
        try (InputStream in = X509AuthenticatorTest.class.getResourceAsStream(file + ".crt")) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Trust(X509Certificate authority) implements PartialTrust {}
}
