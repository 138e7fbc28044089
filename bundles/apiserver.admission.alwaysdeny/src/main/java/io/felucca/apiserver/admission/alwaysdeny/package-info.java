/** Admission: a plugin that lets nothing through, for tests of what happens then. */
package io.felucca.apiserver.admission.alwaysdeny;
