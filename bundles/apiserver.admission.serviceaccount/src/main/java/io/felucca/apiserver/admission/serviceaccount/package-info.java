/** Admission: each pod runs as a service account and finds its token where clients look for it. */
package io.felucca.apiserver.admission.serviceaccount;
