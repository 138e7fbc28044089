/**
 * API groups that other servers serve (kube-aggregator): who they are, whether they can be reached,
 * what they say of themselves, and the way to them.
 */
package io.felucca.apiserver.aggregation;
