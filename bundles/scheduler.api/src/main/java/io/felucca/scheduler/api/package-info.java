/**
 * The scheduling framework: upstream's extension points, each a small interface, and what a plugin
 * sees of pods and nodes.
 *
 * <p>A plugin is one OSGi service of type {@link io.felucca.scheduler.api.Plugin} with the property
 * {@value io.felucca.scheduler.api.Plugin#NAME}; it implements as many extension points as it
 * needs. A profile names its plugins: while one of them is absent, its pods wait.
 */
@Export
@Version("1.1.0")
package io.felucca.scheduler.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
