/**
 * The schema of a type and the walks over JSON trees that it drives: strict decoding, defaults,
 * pruning, type checks, merges.
 */
@Export
@Version("1.0.0")
package io.felucca.machinery.schema;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
