package io.felucca.apiserver.auth.requestheader;

import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Believes what the headers of a request say of its user, if and only if the client's certificate
 * is one of a front proxy: signed by an authority of its own, which should sign nothing else, and,
 * where names are given, with one of them. Without such a certificate the headers mean nothing.
 * Thread-safe.
 */
@Component(
        configurationPid = "io.felucca.apiserver.auth.requestheader",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = "service.ranking:Integer=300")
public final class RequestHeaders implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHeaders.class);
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";

    /** Upstream's {@code --requestheader-*}. */
    public @interface Config {
        /** The authority of front proxies, PEM; a path. */
        String client_ca_file();

        /** Common names that are front proxies'; none: all that the authority signed. */
        String[] allowed_names() default {};

        /** The first of these that is there names the user. */
        String[] username_headers() default {"X-Remote-User"};

        /** His uid, likewise. */
        String[] uid_headers() default {"X-Remote-Uid"};

        /** All values of all of these are groups. */
        String[] group_headers() default {"X-Remote-Group"};

        /** What follows in a header's name is the key of an extra. */
        String[] extra_headers_prefix() default {"X-Remote-Extra-"};
    }

    /** What headers are called. */
    record Names(
            List<String> user, List<String> uid, List<String> groups, List<String> extraPrefixes) {}

    private final Set<TrustAnchor> authorities;
    private final Set<String> allowed;
    private final Names names;
    private final Clock clock;

    @Activate
    public RequestHeaders(Config config, @Reference Clock clock)
            throws IOException, GeneralSecurityException {
        this(
                certificates(Files.readAllBytes(Path.of(config.client_ca_file()))),
                Set.of(config.allowed_names()),
                new Names(
                        List.of(config.username_headers()),
                        List.of(config.uid_headers()),
                        List.of(config.group_headers()),
                        List.of(config.extra_headers_prefix())),
                clock);
    }

    RequestHeaders(
            List<X509Certificate> authorities, Set<String> allowed, Names names, Clock clock) {
        Set<TrustAnchor> anchors = new HashSet<>();
        authorities.forEach(one -> anchors.add(new TrustAnchor(one, null)));
        this.authorities = Set.copyOf(anchors);
        this.allowed = Set.copyOf(allowed);
        this.names = names;
        this.clock = clock;
    }

    private static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        List<X509Certificate> all = new ArrayList<>();
        CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem))
                .forEach(one -> all.add((X509Certificate) one));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("client.ca.file holds no certificate");
        }
        return all;
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        Optional<String> name = first(credentials.headers(), names.user());
        if (credentials.certificates().isEmpty() || name.isEmpty()) {
            return Optional.empty();
        }
        X509Certificate leaf = credentials.certificates().get(0);
        if (!isSigned(credentials.certificates())) {
            // Most certificates are users' own, and somebody else's to check.
            return Optional.empty();
        }
        if (!allowed.isEmpty() && !allowed.contains(commonName(leaf))) {
            LOG.debug("{} is no front proxy's name", leaf.getSubjectX500Principal());
            throw ApiException.of(StatusReason.Unauthorized, "Unauthorized");
        }
        Set<String> groups = new LinkedHashSet<>();
        names.groups().forEach(header -> groups.addAll(credentials.headers().all(header)));
        groups.add(UserInfo.AUTHENTICATED);
        return Optional.of(
                new UserInfo(
                        name.get(),
                        first(credentials.headers(), names.uid()).orElse(""),
                        List.copyOf(groups),
                        extra(credentials.headers())));
    }

    private boolean isSigned(List<X509Certificate> chain) {
        try {
            List<X509Certificate> path = new ArrayList<>(chain);
            path.removeIf(
                    one ->
                            authorities.stream()
                                    .anyMatch(each -> each.getTrustedCert().equals(one)));
            if (path.isEmpty() || !isForClients(chain.get(0))) {
                return false;
            }
            PKIXParameters parameters = new PKIXParameters(authorities);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(path),
                            parameters);
            return true;
        } catch (CertPathValidatorException | CertificateParsingException e) {
            LOG.debug("A certificate is not a front proxy's: {}", e.getMessage());
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK can validate X.509", e);
        }
    }

    private static boolean isForClients(X509Certificate leaf) throws CertificateParsingException {
        List<String> usages = leaf.getExtendedKeyUsage();
        return usages != null && (usages.contains(CLIENT_AUTH) || usages.contains(ANY_USAGE));
    }

    private static String commonName(X509Certificate leaf) {
        try {
            return new LdapName(leaf.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(part -> part.getValue().toString())
                            .findFirst()
                            .orElse("");
        } catch (InvalidNameException e) {
            return "";
        }
    }

    private static Optional<String> first(Headers headers, List<String> wanted) {
        for (String header : wanted) {
            for (String value : headers.all(header)) {
                if (!value.isBlank()) {
                    return Optional.of(value);
                }
            }
        }
        return Optional.empty();
    }

    private Map<String, List<String>> extra(Headers headers) {
        Map<String, List<String>> extra = new HashMap<>();
        for (String prefix : names.extraPrefixes()) {
            for (String header : headers.names()) {
                if (header.regionMatches(true, 0, prefix, 0, prefix.length())) {
                    String key = key(header.substring(prefix.length()).toLowerCase(Locale.ROOT));
                    extra.computeIfAbsent(key, none -> new ArrayList<>())
                            .addAll(headers.all(header));
                }
            }
        }
        return extra;
    }

    /** Header names can't hold every character of a key; as upstream, the rest is encoded. */
    private static String key(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return encoded;
        }
    }
}
