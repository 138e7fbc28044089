package io.felucca.apiserver.admission.podsecurity;

import java.util.Optional;

/** Looks at one thing in a pod. */
interface Rule {
    Optional<Violation> violation(PodView pod);

    /** The rule for other pods than those for Windows, where such a setting means nothing. */
    default Rule unlessForWindows() {
        return pod -> pod.isForWindows() ? Optional.empty() : violation(pod);
    }

    /** The rule for pods that share the node's users. */
    default Rule unlessInUserNamespace() {
        return pod -> pod.hasUserNamespace() ? Optional.empty() : violation(pod);
    }

    /** A violation if {@code is}. */
    static Optional<Violation> when(boolean is, String reason, String detail) {
        return is ? Optional.of(new Violation(reason, detail)) : Optional.empty();
    }
}
