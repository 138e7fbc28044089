/**
 * The node agent: runs the pods that are bound to its node on the container runtime, and reports
 * what became of them.
 *
 * <p>Each pod has one {@code PodWorker}, woken by the API, by the runtime ({@code Relist}), by
 * probes and by its own timers; a worker reads the runtime, decides ({@code ContainerPlan}, pure),
 * acts, and reports ({@code PodStatusDraft}, pure). Nothing is remembered that the runtime and the
 * API don't know too, so a restarted agent adopts what runs.
 */
package io.felucca.kubelet;
