package io.felucca.apiserver.auth;

import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.pki.api.ClusterTrust;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Client certificates: the common name is the user, each organization a group. That the client has
 * the key, TLS has shown; that the authority signed and that the time is right is checked here.
 *
 * <p>Remembers the certificates that passed, since checking a signature costs more than all the
 * rest of a small request. Thread-safe.
 */
@Component(property = "service.ranking:Integer=200")
public final class X509Authenticator implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(X509Authenticator.class);
    private static final int MOST_REMEMBERED = 4096;
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private record Known(UserInfo user, Instant notBefore, Instant notAfter) {
        boolean isValidAt(Instant now) {
            return !now.isBefore(notBefore) && !now.isAfter(notAfter);
        }
    }

    private final ClusterTrust trust;
    private final Clock clock;
    private final Map<X509Certificate, Known> known = new ConcurrentHashMap<>();

    @Activate
    public X509Authenticator(@Reference ClusterTrust trust, @Reference Clock clock) {
        this.trust = trust;
        this.clock = clock;
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        List<X509Certificate> chain = credentials.certificates();
        if (chain.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Known seen = known.get(chain.get(0));
        if (seen == null) {
            seen = verify(chain, now);
            if (known.size() >= MOST_REMEMBERED) {
                // Rare enough that starting over beats keeping an order of use.
                known.clear();
            }
            known.put(chain.get(0), seen);
        } else if (!seen.isValidAt(now)) {
            throw unauthorized(chain.get(0), "it has expired or is not yet valid");
        }
        return Optional.of(seen.user());
    }

    private Known verify(List<X509Certificate> chain, Instant now) {
        X509Certificate leaf = chain.get(0);
        try {
            List<X509Certificate> path = withoutAuthority(chain);
            if (path.isEmpty()) {
                throw unauthorized(leaf, "it is the authority's own");
            }
            PKIXParameters parameters =
                    new PKIXParameters(Set.of(new TrustAnchor(trust.authority(), null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(path),
                            parameters);
            if (!isForClients(leaf)) {
                throw unauthorized(leaf, "it is not for clients");
            }
            return new Known(user(leaf), notBefore(path), notAfter(path));
        } catch (CertPathValidatorException | CertificateParsingException | NamingException e) {
            throw unauthorized(leaf, e.getMessage());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK can validate X.509", e);
        }
    }

    private List<X509Certificate> withoutAuthority(List<X509Certificate> chain) {
        X509Certificate authority = trust.authority();
        return chain.stream().filter(one -> !one.equals(authority)).toList();
    }

    private static boolean isForClients(X509Certificate leaf) throws CertificateParsingException {
        List<String> usages = leaf.getExtendedKeyUsage();
        return usages != null && (usages.contains(CLIENT_AUTH) || usages.contains(ANY_USAGE));
    }

    private static UserInfo user(X509Certificate leaf) throws NamingException {
        String name = "";
        List<String> groups = new ArrayList<>();
        for (Rdn part : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns()) {
            var values = part.toAttributes().getAll();
            while (values.hasMore()) {
                var attribute = values.next();
                for (int i = 0; i < attribute.size(); i++) {
                    if (!(attribute.get(i) instanceof String value)) {
                        continue;
                    }
                    if (attribute.getID().equalsIgnoreCase("CN")) {
                        name = value;
                    } else if (attribute.getID().equalsIgnoreCase("O")) {
                        groups.add(value);
                    }
                }
            }
        }
        if (name.isEmpty()) {
            throw new InvalidNameException("its subject has no common name");
        }
        return UserInfo.of(name, groups.toArray(new String[0]));
    }

    private static Instant notBefore(List<X509Certificate> path) {
        return path.stream()
                .map(one -> one.getNotBefore().toInstant())
                .max(Instant::compareTo)
                .orElseThrow();
    }

    private static Instant notAfter(List<X509Certificate> path) {
        return path.stream()
                .map(one -> one.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** The client learns no more than upstream tells it. */
    private static ApiException unauthorized(X509Certificate leaf, String why) {
        LOG.debug("A client certificate was refused ({}): {}", leaf.getSubjectX500Principal(), why);
        return ApiException.of(StatusReason.Unauthorized, "Unauthorized");
    }
}
