/**
 * The scheduler: finds a node for each pod that waits for one. One thread decides, in turn with
 * taking in what changed, so the state of the cluster needs no locks and no copies; binding happens
 * beside it.
 */
package io.felucca.scheduler;
