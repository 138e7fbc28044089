/** API group flowcontrol: flow schemas and priority levels. */
package io.felucca.api.flowcontrol;
