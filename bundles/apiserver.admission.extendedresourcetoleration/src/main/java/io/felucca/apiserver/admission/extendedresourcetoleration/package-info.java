/** Admission: pods that ask for a device run on nodes that are kept for it. */
package io.felucca.apiserver.admission.extendedresourcetoleration;
