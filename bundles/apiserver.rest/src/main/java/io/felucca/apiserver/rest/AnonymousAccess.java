package io.felucca.apiserver.rest;

import java.util.Set;

/** Where requests without credentials are let in; what they may do there, RBAC says. */
sealed interface AnonymousAccess {
    boolean reaches(String path);

    /** To these paths, or to all if there are none. */
    record To(Set<String> paths) implements AnonymousAccess {
        public To {
            paths = Set.copyOf(paths);
        }

        @Override
        public boolean reaches(String path) {
            return paths.isEmpty() || paths.contains(path);
        }
    }

    /** To nothing at all. */
    record ToNothing() implements AnonymousAccess {
        @Override
        public boolean reaches(String path) {
            return false;
        }
    }
}
