/** Admission: a claim that names no storage class gets the default one. */
package io.felucca.apiserver.admission.defaultstorageclass;
