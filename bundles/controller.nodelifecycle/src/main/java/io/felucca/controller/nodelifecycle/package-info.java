/**
 * Controller nodelifecycle: notices nodes that fell silent, taints nodes by their conditions, and
 * evicts the pods that don't tolerate it.
 */
package io.felucca.controller.nodelifecycle;
