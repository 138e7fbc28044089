package io.felucca.itests.benchmarks;

/**
 * How long events took from being asked for to being read.
 *
 * @param missing events that never came
 */
record Latencies(double p50Millis, double p99Millis, double perSecond, long missing) {}
