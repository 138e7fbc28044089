/** Admission: who may say what owns an object. */
package io.felucca.apiserver.admission.ownerreferencespermissionenforcement;
