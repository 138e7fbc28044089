/** API group apiregistration: API services. */
package io.felucca.api.apiregistration;
