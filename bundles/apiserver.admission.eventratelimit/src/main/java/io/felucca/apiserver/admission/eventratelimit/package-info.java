/** Admission: how many events a cluster takes. */
package io.felucca.apiserver.admission.eventratelimit;
