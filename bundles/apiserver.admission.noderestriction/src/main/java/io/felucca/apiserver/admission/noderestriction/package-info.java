/** Admission: what a node's agent writes must be about itself. */
package io.felucca.apiserver.admission.noderestriction;
