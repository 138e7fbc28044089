package io.felucca.apiserver.webhook;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Trusts a server whose certificate is of a known authority and for one name, at any address. */
final class NamedTrust extends X509ExtendedTrustManager {
    private static final Integer DNS_NAME = 2;

    private final X509TrustManager authorities;
    private final String name;

    NamedTrust(X509TrustManager authorities, String name) {
        this.authorities = authorities;
        this.name = name;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        authorities.checkServerTrusted(chain, type);
        Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> one : names) {
                if (DNS_NAME.equals(one.get(0)) && matches(one.get(1).toString())) {
                    return;
                }
            }
        }
        throw new CertificateException("the certificate is not valid for " + name);
    }

    /** A star stands for the first label. */
    private boolean matches(String certified) {
        return certified.equalsIgnoreCase(name)
                || (certified.startsWith("*.")
                        && certified
                                .substring(1)
                                .equalsIgnoreCase(name.substring(name.indexOf('.'))));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("only servers are called");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
