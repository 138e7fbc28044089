/** API group discovery: endpoint slices. */
package io.felucca.api.discovery;
