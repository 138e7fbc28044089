/** The core API group: its resources with their defaults, rules, subresources and columns. */
package io.felucca.api.core;
