/** Controller clusterrole-aggregation: the rules of roles that are made of other roles. */
package io.felucca.controller.clusterroleaggregation;
