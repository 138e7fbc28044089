/** Admission: what names no class gets the default one, ingresses and claims of volumes. */
package io.felucca.apiserver.admission.defaultclass;
