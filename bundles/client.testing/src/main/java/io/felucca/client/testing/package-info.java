/**
 * A cluster in memory: typed objects, clients and informers, without a server. For unit tests of
 * controllers, scheduler and node; what the server itself does (defaults, validation, garbage
 * collection) does not happen here.
 */
@Export
@Version("1.0.0")
package io.felucca.client.testing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
