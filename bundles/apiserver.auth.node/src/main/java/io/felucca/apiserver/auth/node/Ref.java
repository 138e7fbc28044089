package io.felucca.apiserver.auth.node;

/** An object that a pod may need. */
record Ref(Kind kind, String namespace, String name) {

    /** What nodes are granted object by object. */
    enum Kind {
        SECRET,
        CONFIG_MAP,
        CLAIM,
        SERVICE_ACCOUNT,
        RESOURCE_CLAIM,
        POD
    }
}
