package io.felucca.apiserver.aggregation;

/** Whether the server behind a Service answers. Thread-safe; blocks until there is an answer. */
interface DiscoveryCheck {
    Finding of(String group, String version, ServiceRef service);
}
