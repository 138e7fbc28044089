/**
 * Authenticators of tokens that say nothing themselves: from a file, and those of joining nodes.
 */
package io.felucca.apiserver.auth.tokens;
