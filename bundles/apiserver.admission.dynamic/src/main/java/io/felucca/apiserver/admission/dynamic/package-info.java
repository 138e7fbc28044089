/** Admission that clusters configure themselves: webhooks, and policies written in CEL. */
package io.felucca.apiserver.admission.dynamic;
