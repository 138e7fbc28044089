/**
 * Counters, gauges and histograms under upstream's names. A part makes a {@link MetricSet} and
 * publishes it as a service, which goes with its bundle; whoever answers {@code /metrics} writes
 * all that are there with {@link Exposition}.
 */
@Export
@Version("1.0.0")
package io.felucca.metrics;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
