/**
 * The cluster's trust, as other parts see it: the authority's certificate and the service-account
 * signing key.
 */
@Export
@Version("1.0.0")
package io.felucca.pki.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
