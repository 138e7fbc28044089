/** What a controller implements: sources that name keys, and one method that reconciles a key. */
@Export
@Version("1.0.0")
package io.felucca.controller.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
