package io.felucca.scheduler;

import io.felucca.scheduler.SchedulingQueue.Entry;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.PodInfo;

/** A pod on its way to a node: everything that binding it, or taking it back, needs. */
record Attempt(Entry entry, PodInfo pod, String node, PluginSet plugins, CycleState state) {}
