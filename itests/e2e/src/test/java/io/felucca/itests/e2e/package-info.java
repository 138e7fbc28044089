/**
 * What users see: the real distribution, driven with the real kubectl. One class per behaviour. All
 * classes share one cluster, which the first of them starts ({@code ./felucca up}); each works in a
 * namespace of its own.
 */
package io.felucca.itests.e2e;
