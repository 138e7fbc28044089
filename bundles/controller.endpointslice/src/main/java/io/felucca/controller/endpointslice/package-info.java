/** Controller endpointslice: where the pods behind each Service are to be reached. */
package io.felucca.controller.endpointslice;
