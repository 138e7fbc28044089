package io.felucca.apiserver.admission.podsecurity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A level as it was in one version of Kubernetes.
 *
 * @param minor of version 1, or {@link #LATEST}
 */
record Standard(Level level, int minor) {
    static final int LATEST = Integer.MAX_VALUE;

    private static final Pattern VERSION = Pattern.compile("v1\\.(0|[1-9][0-9]{0,8})");

    /** The minor version that {@code latest} or {@code v1.x} names. */
    static Optional<Integer> parseVersion(String word) {
        if (word.equals("latest")) {
            return Optional.of(LATEST);
        }
        Matcher version = VERSION.matcher(word);
        return version.matches()
                ? Optional.of(Integer.parseInt(version.group(1)))
                : Optional.empty();
    }

    Standard with(Level other) {
        return new Standard(other, minor);
    }

    Standard with(int otherMinor) {
        return new Standard(level, otherMinor);
    }

    boolean isPrivileged() {
        return level == Level.PRIVILEGED;
    }

    @Override
    public String toString() {
        return level + ":" + (minor == LATEST ? "latest" : "v1." + minor);
    }
}
