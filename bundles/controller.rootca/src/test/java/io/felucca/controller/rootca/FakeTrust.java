package io.felucca.controller.rootca;

import io.felucca.testing.PartialTrust;

/** An authority of which only the PEM form is of interest. */
final class FakeTrust implements PartialTrust {
    static final String PEM = "-----BEGIN CERTIFICATE-----\n";

    @Override
    public String authorityPem() {
        return PEM;
    }
}
