package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What the APIServices say: which versions of API groups are served by other servers, and in which
 * order clients see all groups. An OSGi service, found dynamically; thread-safe. Source: KEP-263
 * (kube-aggregator).
 */
@ConsumerType
public interface Aggregation {

    /** What there is now. Never blocks. */
    View view();

    /**
     * All APIServices at one moment; immutable, and good for as long as anybody holds it.
     *
     * @param generation grows with each change, for caches of documents made from it
     * @param groups in discovery order
     */
    record View(long generation, List<Group> groups) {
        public static final View NONE = new View(Long.MIN_VALUE, List.of());

        public View {
            groups = List.copyOf(groups);
        }

        /** Who serves a version, if it is another server. */
        public Optional<Remote> remote(String group, String version) {
            for (Group one : groups) {
                if (one.name().equals(group)) {
                    for (Version each : one.versions()) {
                        if (each.name().equals(version)) {
                            return Optional.ofNullable(each.remote());
                        }
                    }
                }
            }
            return Optional.empty();
        }
    }

    /**
     * An API group.
     *
     * @param versions the preferred first
     */
    record Group(String name, List<Version> versions) {
        public Group {
            Objects.requireNonNull(name, "name");
            versions = List.copyOf(versions);
        }
    }

    /**
     * A version of a group.
     *
     * @param remote null if this server serves it itself
     */
    record Version(String name, Remote remote) {
        public Version {
            Objects.requireNonNull(name, "name");
        }
    }

    /** Another API server, as far as it serves one version of a group. Thread-safe. */
    interface Remote {

        /** What the server last said of itself. */
        Documents documents();

        /**
         * Where a request goes now. Never blocks.
         *
         * @throws io.felucca.machinery.ApiException 503 while the server is not available
         */
        Connection connect();

        /**
         * Sends a request that is authorized already, for who has no exchange to hand on.
         *
         * @param target path and query
         * @param contentType of the body; empty for none
         * @return the answer's body; fails with an ApiException: what the server said, or 503
         */
        CompletionStage<byte[]> send(
                UserInfo user, String method, String target, String contentType, byte[] body);
    }

    /**
     * What a remote server says that it serves; immutable, nobody writes to the trees.
     *
     * @param current whether the server could be asked when it was asked last
     * @param resources as aggregated discovery has them (APIResourceDiscovery)
     * @param openApiV3 the URL of the version's OpenAPI v3 document in the server's own index, with
     *     the hash by which clients know whether theirs is still good; empty without one
     * @param openApiV2 what of the server's OpenAPI v2 document is of this version: {@code paths}
     *     and {@code definitions}; null without one
     */
    record Documents(boolean current, ArrayNode resources, String openApiV3, ObjectNode openApiV2) {
        public Documents {
            Objects.requireNonNull(resources, "resources");
            Objects.requireNonNull(openApiV3, "openApiV3");
        }
    }

    /**
     * An endpoint of a remote server.
     *
     * @param tls with the front proxy's client certificate, and the trust that the APIService asks
     *     for
     * @param serverName for which the server's certificate must be; empty where that is not checked
     */
    record Connection(String host, int port, SSLContext tls, String serverName) {}
}
