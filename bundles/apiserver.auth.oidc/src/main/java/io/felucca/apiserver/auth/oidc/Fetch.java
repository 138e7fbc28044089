package io.felucca.apiserver.auth.oidc;

import java.io.IOException;

/** Reads a document of a provider's; waits for it. */
@FunctionalInterface
interface Fetch {
    byte[] get(String url) throws IOException;
}
