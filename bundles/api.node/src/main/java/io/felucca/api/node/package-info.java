/** API group node: runtime classes. */
package io.felucca.api.node;
