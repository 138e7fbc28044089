package io.felucca.kubelet.server;

import io.felucca.http.api.HttpExchange;
import io.felucca.pki.api.ClusterTrust;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Lets only the cluster's own components in: by certificate, in the group of administrators. */
final class ClientGate {
    private static final String GROUP = "system:masters";
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    enum Verdict {
        ADMITTED,
        UNAUTHORIZED,
        FORBIDDEN
    }

    private final ClusterTrust trust;
    private final Clock clock;

    ClientGate(ClusterTrust trust, Clock clock) {
        this.trust = trust;
        this.clock = clock;
    }

    Verdict check(HttpExchange exchange) {
        List<X509Certificate> chain = exchange.clientCertificates();
        if (chain.isEmpty()) {
            return Verdict.UNAUTHORIZED;
        }
        X509Certificate leaf = chain.get(0);
        try {
            leaf.checkValidity(Date.from(clock.instant()));
            leaf.verify(trust.authority().getPublicKey());
            List<String> usages = leaf.getExtendedKeyUsage();
            if (usages == null || !usages.contains(CLIENT_AUTHENTICATION)) {
                return Verdict.UNAUTHORIZED;
            }
            return inGroup(leaf) ? Verdict.ADMITTED : Verdict.FORBIDDEN;
        } catch (GeneralSecurityException | InvalidNameException e) {
            // Foreign, expired or broken: the caller is nobody.
            return Verdict.UNAUTHORIZED;
        }
    }

    private static boolean inGroup(X509Certificate leaf) throws InvalidNameException {
        LdapName subject = new LdapName(leaf.getSubjectX500Principal().getName());
        for (Rdn part : subject.getRdns()) {
            if (part.getType().equalsIgnoreCase("O") && GROUP.equals(part.getValue())) {
                return true;
            }
        }
        return false;
    }
}
