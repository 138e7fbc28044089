/** API group apiextensions: custom resource definitions. */
package io.felucca.api.apiextensions;
