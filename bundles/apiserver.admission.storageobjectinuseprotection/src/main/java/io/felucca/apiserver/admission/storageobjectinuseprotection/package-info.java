/** Admission: claims and volumes begin with the finalizer that keeps them while they are used. */
package io.felucca.apiserver.admission.storageobjectinuseprotection;
