/** Felucca's features in Karaf, seen from inside. */
package io.felucca.itests.karaf;
