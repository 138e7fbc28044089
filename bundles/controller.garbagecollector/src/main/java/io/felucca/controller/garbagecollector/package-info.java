/** Controller garbagecollector: what has owners goes with the last of them. */
package io.felucca.controller.garbagecollector;
