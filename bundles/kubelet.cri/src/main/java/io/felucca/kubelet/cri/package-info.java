/**
 * The way to the container runtime: a small typed client of the container runtime interface
 * (runtime.v1) over its unix socket. The messages are in {@code io.felucca.kubelet.cri.v1}.
 */
@Export
@Version("1.0.0")
package io.felucca.kubelet.cri;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
