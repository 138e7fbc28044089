/** Admission: a plugin that does nothing, for configurations that name it. */
package io.felucca.apiserver.admission.alwaysadmit;
