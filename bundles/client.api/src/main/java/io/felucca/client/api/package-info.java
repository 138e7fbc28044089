/**
 * How every part but the server itself reads and writes the API: typed clients, informers and event
 * recorders, each in the name of the bundle that uses it.
 */
@Export
@Version("1.0.0")
package io.felucca.client.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
