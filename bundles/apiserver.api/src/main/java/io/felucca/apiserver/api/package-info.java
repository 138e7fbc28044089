/**
 * What makes up an API server: groups of resources, strategies, authenticators, authorizers and
 * admission plugins, each a whiteboard service; and the server as its front ends and the in-process
 * clients call it.
 */
@Export
@Version("1.1.0")
package io.felucca.apiserver.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
