/** API group scheduling: priority classes. */
package io.felucca.api.scheduling;
