/**
 * Pod networking by a point-to-point link per pod: writes the list of CNI plugins that containerd
 * calls for each pod, lets the kernel forward, and masquerades what leaves the cluster. It is never
 * on the path of a starting pod. IPv4.
 */
package io.felucca.cni.ptp;
