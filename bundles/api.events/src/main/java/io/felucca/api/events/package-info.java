/** API group events: the newer form of the Events that core stores. */
package io.felucca.api.events;
