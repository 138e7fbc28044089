/** Admission: nobody takes other people's addresses. */
package io.felucca.apiserver.admission.denyserviceexternalips;
