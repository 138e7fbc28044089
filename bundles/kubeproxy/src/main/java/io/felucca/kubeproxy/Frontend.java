package io.felucca.kubeproxy;

/**
 * Where a service is reached.
 *
 * @param protocol {@code tcp} or {@code udp}
 */
record Frontend(String address, String protocol, int port) {

    /** As it is written in a map. */
    String text() {
        return address + " . " + protocol + " . " + port;
    }
}
