/** API group policy: pod disruption budgets. */
package io.felucca.api.policy;
