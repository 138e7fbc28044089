/** Admission: a new node takes no pods before its conditions are known. */
package io.felucca.apiserver.admission.taintnodesbycondition;
