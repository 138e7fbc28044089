package io.felucca.kubelet.volume;

/** Says why a volume can't be had now; the message names the volume and is for the pod's events. */
public final class VolumeException extends Exception {
    private static final long serialVersionUID = 1L;

    public VolumeException(String message) {
        super(message);
    }

    public VolumeException(String message, Throwable cause) {
        super(message, cause);
    }
}
