/** Admission: content needs a namespace that exists and is not going away. */
package io.felucca.apiserver.admission.namespacelifecycle;
