/** Admission: an ingress that names no class gets the default one. */
package io.felucca.apiserver.admission.defaultingressclass;
