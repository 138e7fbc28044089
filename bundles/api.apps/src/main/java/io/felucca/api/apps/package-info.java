/** API group apps: its workloads with their defaults, rules, subresources and columns. */
package io.felucca.api.apps;
