/** Admission: nothing is written into a namespace that is not there. */
package io.felucca.apiserver.admission.namespaceexists;
