/** The admission plugin ResourceQuota: what a namespace may use in all. */
package io.felucca.apiserver.admission.resourcequota;
