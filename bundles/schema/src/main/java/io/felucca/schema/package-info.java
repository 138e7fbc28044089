/**
 * The schemas of the built-in types and the OpenAPI components made from them. Both come from
 * resources that the build generates; each type is read when it is first used.
 */
@Export
@Version("1.0.0")
package io.felucca.schema;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
