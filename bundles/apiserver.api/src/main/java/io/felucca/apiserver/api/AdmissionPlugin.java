package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Looks at writes before they are stored, as an OSGi service named by the property {@value #NAME}.
 * Plugins run in upstream's order; those that upstream does not know, after them by service
 * ranking. All mutating passes run before all validating ones.
 */
@ConsumerType
public interface AdmissionPlugin {

    /** The service property with upstream's plugin name. */
    String NAME = "admission.plugin";

    /** May change {@code request.object()}. Throws an ApiException to refuse. */
    default void mutate(Request request) {}

    /**
     * Mutates for the first time, of a plugin that treats a second time differently; others leave
     * it at {@link #mutate}, which then runs again if the second time comes.
     *
     * @return null for {@link #mutate} again
     */
    default Pass firstPass(Request request) {
        mutate(request);
        return null;
    }

    /** Throws an ApiException to refuse. */
    default void validate(Request request) {}

    /**
     * How a first pass went. If one of them wants it, all plugins mutate once more, in their order:
     * what webhooks and policies add has to be seen by the plugins before them.
     *
     * @param repeats whether there has to be a second pass
     * @param second runs in this plugin's place in the second pass
     */
    record Pass(boolean repeats, Consumer<Request> second) {
        /** Changed nothing, and has nothing to do in a second pass. */
        public static final Pass NOTHING = new Pass(false, request -> {});
    }

    /**
     * What is about to happen.
     *
     * @param operation CREATE, UPDATE, DELETE or CONNECT
     * @param object the new object; null for a deletion
     * @param old the object now stored; null for a creation
     * @param server for live reads, as the server itself
     * @param warnings takes what the client is to be told in a {@code Warning} header
     * @param annotations takes keys and values for the request's audit events
     * @param options makes the options of the write as upstream shows them (CreateOptions …)
     */
    record Request(
            Operation operation,
            UserInfo user,
            GroupVersionResource resource,
            GroupVersionKind kind,
            String subresource,
            String namespace,
            String name,
            ObjectNode object,
            ObjectNode old,
            boolean dryRun,
            Reader server,
            List<String> warnings,
            BiConsumer<String, String> annotations,
            Supplier<ObjectNode> options) {

        /** One whose warnings nobody reads, with default options. */
        public Request(
                Operation operation,
                UserInfo user,
                GroupVersionResource resource,
                GroupVersionKind kind,
                String subresource,
                String namespace,
                String name,
                ObjectNode object,
                ObjectNode old,
                boolean dryRun,
                Reader server) {
            this(
                    operation,
                    user,
                    resource,
                    kind,
                    subresource,
                    namespace,
                    name,
                    object,
                    old,
                    dryRun,
                    server,
                    new ArrayList<>(),
                    ApiRequest::unnoted,
                    Json::object);
        }

        /** Whether this does one of these to such objects themselves, not to a subresource. */
        public boolean is(GroupResource wanted, Operation... operations) {
            return subresource.isEmpty()
                    && resource.resource().equals(wanted.resource())
                    && resource.group().equals(wanted.group())
                    && List.of(operations).contains(operation);
        }

        /** A refusal with 403 that names the object. */
        public ApiException forbidden(String why) {
            return ApiException.forbidden(resource.groupResource(), name, why);
        }
    }

    /** Upstream's operations. */
    enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    /** Reads from the server's cache, without authorization. */
    interface Reader {
        Optional<StoredObject> get(GroupVersionResource resource, String namespace, String name);

        List<StoredObject> list(GroupVersionResource resource, String namespace);

        /**
         * The same as long as no object of the resource changes, to be compared by identity, so
         * that what was made from all of them can be kept without looking at one; null for a
         * resource that is not served.
         */
        default Object version(GroupVersionResource resource) {
            return null;
        }

        /** What is served. */
        default Resources resources() {
            return new Resources(0, List.of());
        }
    }
}
