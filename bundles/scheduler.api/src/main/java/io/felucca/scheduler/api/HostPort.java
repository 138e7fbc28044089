package io.felucca.scheduler.api;

/**
 * A port of a host that a pod takes.
 *
 * @param address {@code 0.0.0.0} for all
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 */
public record HostPort(String address, String protocol, int port) {
    public static final String EVERY_ADDRESS = "0.0.0.0";

    public boolean conflictsWith(HostPort other) {
        return port == other.port
                && protocol.equals(other.protocol)
                && (address.equals(other.address)
                        || address.equals(EVERY_ADDRESS)
                        || other.address.equals(EVERY_ADDRESS));
    }
}
