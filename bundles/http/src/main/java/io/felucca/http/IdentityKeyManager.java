package io.felucca.http;

import io.felucca.http.api.TlsIdentity;
import java.net.Socket;
import java.security.InvalidKeyException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** The one key and chain of a listener, for the kinds of handshake that such a key can do. */
final class IdentityKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "listener";

    private final PrivateKey key;
    private final X509Certificate[] chain;

    /**
     * @throws InvalidKeyException if there is no certificate, or the first is for another kind of
     *     key
     */
    IdentityKeyManager(TlsIdentity identity) throws InvalidKeyException {
        key = identity.privateKey();
        chain = identity.certificateChain().toArray(X509Certificate[]::new);
        if (chain.length == 0) {
            throw new InvalidKeyException("an identity needs a certificate");
        }
        String certified = chain[0].getPublicKey().getAlgorithm();
        if (!certified.equals(key.getAlgorithm())) {
            throw new InvalidKeyException(
                    "a certificate for a key of kind "
                            + certified
                            + " does not fit one of kind "
                            + key.getAlgorithm());
        }
    }

    @Override
    public String chooseEngineServerAlias(String kind, Principal[] issuers, SSLEngine engine) {
        return alias(kind);
    }

    @Override
    public String chooseServerAlias(String kind, Principal[] issuers, Socket socket) {
        return alias(kind);
    }

    @Override
    public String[] getServerAliases(String kind, Principal[] issuers) {
        return alias(kind) == null ? null : new String[] {ALIAS};
    }

    private String alias(String kind) {
        return key.getAlgorithm().equals(kind) ? ALIAS : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? chain.clone() : null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? key : null;
    }

    @Override
    public String[] getClientAliases(String kind, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] kinds, Principal[] issuers, Socket socket) {
        return null;
    }
}
