/** Admission: which taints a namespace's pods may tolerate. */
package io.felucca.apiserver.admission.podtolerationrestriction;
