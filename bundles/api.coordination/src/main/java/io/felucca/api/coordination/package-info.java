/** API group coordination: leases. */
package io.felucca.api.coordination;
