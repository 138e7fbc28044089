/** Admission: which claims may grow. */
package io.felucca.apiserver.admission.persistentvolumeclaimresize;
