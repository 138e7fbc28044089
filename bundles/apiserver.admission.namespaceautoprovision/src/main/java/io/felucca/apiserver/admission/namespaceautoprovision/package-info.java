/** Admission: a namespace is made when something is created in it. */
package io.felucca.apiserver.admission.namespaceautoprovision;
