/** Admission: a pod learns in which zone and region its node is. */
package io.felucca.apiserver.admission.podtopologylabels;
