/**
 * The API's protobuf encoding: read into JSON trees and written from JSON, by a table of messages
 * made while building. No generated classes, so the whole API costs a few hundred kilobytes.
 */
@Export
@Version("1.1.0")
package io.felucca.protobuf;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
