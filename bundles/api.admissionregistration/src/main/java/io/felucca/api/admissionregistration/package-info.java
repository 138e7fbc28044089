/** API group admissionregistration: webhooks and admission policies. */
package io.felucca.api.admissionregistration;
