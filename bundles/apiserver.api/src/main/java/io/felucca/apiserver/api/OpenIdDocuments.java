package io.felucca.apiserver.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * With what others verify service-account tokens, as an OSGi service. JSON in UTF-8; the arrays are
 * not to be written to.
 */
@ConsumerType
public interface OpenIdDocuments {

    /** For {@code /.well-known/openid-configuration}. */
    byte[] configuration();

    /** For {@code /openid/v1/jwks}, of the media type {@code application/jwk-set+json}. */
    byte[] jwks();
}
