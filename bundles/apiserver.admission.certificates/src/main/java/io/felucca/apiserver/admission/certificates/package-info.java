/** Admission: who may approve and sign requests for certificates, and what none may ask for. */
package io.felucca.apiserver.admission.certificates;
