/** The volumes of pods on this node: made, filled, kept current and removed. */
package io.felucca.kubelet.volume;
