/**
 * The nouns of the API (kinds, resources, statuses, selectors, quantities), free of any transport
 * or storage.
 */
@Export
@Version("1.0.0")
package io.felucca.machinery;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
