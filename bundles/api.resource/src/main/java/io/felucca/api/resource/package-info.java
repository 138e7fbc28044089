/** API group resource: devices and who claims them. */
package io.felucca.api.resource;
