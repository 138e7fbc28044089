/**
 * Reads the API's protobuf encoding into JSON trees, by a table of messages made while building. No
 * generated classes, so the whole API costs a few hundred kilobytes.
 */
@Export
@Version("1.0.0")
package io.felucca.protobuf;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
