/** Admission: which nodes a namespace's pods may run on. */
package io.felucca.apiserver.admission.podnodeselector;
