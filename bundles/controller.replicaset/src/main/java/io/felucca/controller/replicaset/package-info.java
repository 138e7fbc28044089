/** Controller replicaset: as many pods of one template as wanted. */
package io.felucca.controller.replicaset;
