/** Admission: what a pod's runtime class costs, and where its pods can run. */
package io.felucca.apiserver.admission.runtimeclass;
