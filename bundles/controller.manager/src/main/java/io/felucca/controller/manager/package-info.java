/**
 * Runs the controllers: a queue and workers for each {@code Reconciler} service, from the moment it
 * appears until it goes.
 */
package io.felucca.controller.manager;
