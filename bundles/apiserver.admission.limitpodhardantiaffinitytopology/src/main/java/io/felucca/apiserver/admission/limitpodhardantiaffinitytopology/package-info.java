/** Admission: no pod keeps others away from more than its own node. */
package io.felucca.apiserver.admission.limitpodhardantiaffinitytopology;
