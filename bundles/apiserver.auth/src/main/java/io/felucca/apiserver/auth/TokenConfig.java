package io.felucca.apiserver.auth;

/** What of the cluster's configuration concerns tokens. */
@interface TokenConfig {
    String cluster_domain() default "cluster.local";

    String node_ip();

    int api_port() default 6443;
}
