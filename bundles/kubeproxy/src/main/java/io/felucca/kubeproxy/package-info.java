/**
 * Services on nftables. All services share a few maps in one table; a change of a service is a
 * change of elements, in one transaction.
 *
 * <p>The way of a decision: {@code Backends} chooses the endpoints of a port, {@code ServiceRules}
 * turns a service into {@code Element}s, {@code Elements} knows what is in the kernel and what has
 * to change, {@code Table} holds the fixed part, {@code Nft} speaks to the kernel, {@code Proxy}
 * drives it all. IPv4; TCP and UDP.
 */
package io.felucca.kubeproxy;
