/** Admission: how long pods stay on a node that is not ready or cannot be reached. */
package io.felucca.apiserver.admission.defaulttolerationseconds;
