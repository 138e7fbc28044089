/** Authenticator of JSON web tokens that providers of OpenID Connect sign. */
package io.felucca.apiserver.auth.oidc;
