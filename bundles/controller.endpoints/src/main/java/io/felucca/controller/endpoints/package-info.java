/** Controller endpoints: the legacy form of what endpointslice keeps, one object per Service. */
package io.felucca.controller.endpoints;
