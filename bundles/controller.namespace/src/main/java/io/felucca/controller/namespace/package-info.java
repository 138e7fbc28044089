/** Controller namespace: empties a namespace that is to go, and then lets it go. */
package io.felucca.controller.namespace;
