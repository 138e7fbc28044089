/** Admission: what a pod's priority class means in numbers. */
package io.felucca.apiserver.admission.priority;
