/** API group authentication: reviews of tokens and of oneself. */
package io.felucca.api.authentication;
