/**
 * API group autoscaling: horizontal pod autoscalers in two versions, of which the newer is stored.
 */
package io.felucca.api.autoscaling;
