/**
 * Benchmarks of the whole: each prints its absolute figure, a limit measured in the same run and
 * the ratio, and writes them as JSON. Machines differ and are noisy; the ratio is what counts.
 * {@code ./felucca bench NAME} starts them.
 */
package io.felucca.itests.benchmarks;
