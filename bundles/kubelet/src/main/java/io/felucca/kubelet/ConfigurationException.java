package io.felucca.kubelet;

/**
 * Says why a container can't be configured as its pod asks; the message is for the pod's status.
 */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }
}
