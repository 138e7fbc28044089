/**
 * What an object counts against a ResourceQuota: how much of which resource, and in which scopes.
 * Shared by the admission plugin, which charges what comes, and the controller, which counts what
 * is there. Everything here is stateless and works on JSON trees.
 */
@Export
@Version("1.0.0")
package io.felucca.quota;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
