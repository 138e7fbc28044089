/**
 * What the HTTP server gives to its handlers: exchanges, streams that outlive a handler's swap, and
 * upgrades to raw bytes.
 */
@Export
@Version("1.0.0")
package io.felucca.http.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
