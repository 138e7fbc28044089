/**
 * Admission: what containers, pods and claims of a namespace may ask for, and get if they do not.
 */
package io.felucca.apiserver.admission.limitranger;
