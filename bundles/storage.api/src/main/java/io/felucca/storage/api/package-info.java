/** The store: one ordered history of keyed values, with etcd v3's semantics, whatever keeps it. */
@Export
@Version("1.1.0")
package io.felucca.storage.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
