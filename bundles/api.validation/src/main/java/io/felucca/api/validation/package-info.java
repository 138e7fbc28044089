/**
 * What several API groups need to say about objects: a cursor that collects what is wrong, the
 * rules and defaults of pod templates, label selectors and volume claims, and the table cells that
 * workloads share. Messages and paths are upstream's, since users and tools read them. Everything
 * here is stateless and works on JSON trees.
 */
@Export
@Version("1.0.0")
package io.felucca.api.validation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
