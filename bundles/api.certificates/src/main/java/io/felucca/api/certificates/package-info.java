/** API group certificates: signing requests. */
package io.felucca.api.certificates;
