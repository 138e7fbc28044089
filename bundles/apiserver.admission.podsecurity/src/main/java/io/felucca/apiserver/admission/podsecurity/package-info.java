/** The admission plugin PodSecurity: the pod security standards, by labels of namespaces. */
package io.felucca.apiserver.admission.podsecurity;
