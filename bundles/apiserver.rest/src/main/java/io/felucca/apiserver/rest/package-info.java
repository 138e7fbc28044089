/**
 * The REST surface in front of {@link io.felucca.apiserver.api.ApiServer}: parsing and negotiation,
 * JAX-RS resources on CXF, and a raw path for reads and watches.
 */
package io.felucca.apiserver.rest;
