package io.felucca.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.FieldError;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a resource's schema can't say. Each method has upstream's usual behaviour; a group overrides
 * what differs. Implementations hold no state and must not block.
 *
 * <p>A create runs: schema defaults → {@link #defaults} → admission → both again → {@link
 * #prepareForCreate} → {@link #validate}. An update keeps what only the server may change (uid,
 * creationTimestamp, status where there is a status subresource) before it comes here.
 */
@ConsumerType
public interface Strategy {

    /** Nothing beyond the schema; names are DNS subdomains. */
    Strategy PLAIN = new Strategy() {};

    /** Defaults that depend on other fields. Must be idempotent. */
    default void defaults(ObjectNode object) {}

    /**
     * Drops or sets what a client may not choose at creation. Status is dropped already, unless
     * {@link #keepsStatusAtCreation}.
     */
    default void prepareForCreate(ObjectNode object) {}

    /** Whether the creator may set the status although it is a subresource, as nodes do. */
    default boolean keepsStatusAtCreation() {
        return false;
    }

    /** The same for an update. */
    default void prepareForUpdate(ObjectNode object, ObjectNode old) {}

    /** What is wrong with the name; by default the DNS subdomain rule. */
    default List<String> nameProblems(String name, boolean isPrefix) {
        return io.felucca.machinery.NameRules.dnsSubdomain(name, isPrefix);
    }

    /** Cross-field rules beyond what the schema says. Paths as kubectl prints them. */
    default List<FieldError> validate(ObjectNode object) {
        return List.of();
    }

    /** Rules that hold only where there was no object before; {@link #validate} ran already. */
    default List<FieldError> validateCreate(ObjectNode object) {
        return List.of();
    }

    /** Rules about the change, immutable fields above all; {@link #validate} ran already. */
    default List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        return List.of();
    }

    /** Advice to the client that is no error; sent as {@code Warning} headers. */
    default List<String> warnings(ObjectNode object) {
        return notActedOn(object);
    }

    /**
     * What of the object is stored although nobody acts on it yet, in sentences: the client is
     * warned, and an event is left on the object.
     */
    default List<String> notActedOn(ObjectNode object) {
        return List.of();
    }

    /**
     * How long an object lives after it was written last, as events do; 0: until somebody deletes
     * it. It may live a little longer.
     */
    default long secondsToLive() {
        return 0;
    }

    /** Whether a PUT of an object that does not exist creates it. */
    default boolean createsOnUpdate() {
        return false;
    }

    /** Whether a PUT without a resourceVersion is taken as it is. */
    default boolean updatesUnconditionally() {
        return true;
    }

    /** Whether the generation grows with this change; by default with any change of the spec. */
    default boolean changesGeneration(ObjectNode object, ObjectNode old) {
        return !object.path("spec").equals(old.path("spec"));
    }

    /** Whether such objects have a metadata.generation at all; by default those with a spec. */
    default boolean tracksGeneration(ObjectNode object) {
        return object.has("spec");
    }

    /**
     * Marks the object when its deletion begins but can't end yet (such as a Namespace's phase).
     * The deletionTimestamp is set already.
     */
    default void prepareForDeletion(ObjectNode object) {}

    /**
     * Whether something beside metadata.finalizers and the grace period still keeps an object whose
     * deletion has begun, such as a Namespace's spec.finalizers.
     */
    default boolean holdsDeletion(ObjectNode object) {
        return false;
    }

    /**
     * The grace in seconds that this object gets when it is deleted; 0 or empty means at once.
     *
     * @param requested what the client asked for
     */
    default OptionalLong deletionGraceSeconds(ObjectNode object, OptionalLong requested) {
        return OptionalLong.empty();
    }

    /** The propagation when the client names none: {@code Background} or {@code Orphan}. */
    default String defaultPropagation() {
        return "Background";
    }

    /**
     * Fills in what the object must hold alone in the cluster (cluster IPs, node ports) and names
     * all it holds. The server writes these claims in the object's own transaction, so two objects
     * never hold the same, and frees them with the object.
     *
     * @param old the object before, null at creation
     * @param taken whether a claim is held by somebody else right now
     * @return such as {@code clusterip/10.96.0.10}
     * @throws io.felucca.machinery.ApiException when what was asked for is taken, or all are
     */
    default List<String> claim(ObjectNode object, ObjectNode old, Predicate<String> taken) {
        return List.of();
    }
}
