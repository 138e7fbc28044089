/**
 * What tests are made of: a clock that is set by hand, a store in memory, and the contract suites
 * that every implementation of an SPI has to pass. Nothing here runs in a cluster.
 */
@Export
@Version("1.0.0")
package io.felucca.testing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
