/** API group authorization: reviews of what somebody may do. */
package io.felucca.api.authorization;
