package io.felucca.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The controlling owner of an object: who it is, and how an orphan gets one and loses it. */
public final class Ownership {
    private Ownership() {}

    /** The reference that makes {@code owner} the controller of something. */
    public static OwnerReference controlledBy(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    public static Optional<OwnerReference> controllerOf(HasMetadata object) {
        for (OwnerReference owner : object.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(owner.getController())) {
                return Optional.of(owner);
            }
        }
        return Optional.empty();
    }

    public static boolean isControlledBy(HasMetadata object, HasMetadata owner) {
        return controllerOf(object)
                .filter(reference -> reference.getUid().equals(owner.getMetadata().getUid()))
                .isPresent();
    }

    /**
     * Gives those of the candidates that are the owner's: adopts orphans that its selector picks
     * and releases what it no longer picks, as upstream's controllers do.
     *
     * @param owner as the lister has it; adoption asks the server whether it still lives
     * @param candidates all objects in the owner's namespace that could be meant
     */
    public static <T extends HasMetadata, O extends HasMetadata> List<T> claim(
            O owner,
            Client<O> owners,
            Collection<T> candidates,
            Predicate<T> selected,
            Client<T> client) {
        List<T> claimed = new ArrayList<>();
        boolean mayAdopt = owner.getMetadata().getDeletionTimestamp() == null;
        boolean asked = false;
        for (T candidate : candidates) {
            Optional<OwnerReference> controller = controllerOf(candidate);
            if (controller.isPresent()) {
                if (controller.get().getUid().equals(owner.getMetadata().getUid())) {
                    if (selected.test(candidate)) {
                        claimed.add(candidate);
                    } else if (mayAdopt) {
                        release(candidate, owner, client);
                    }
                }
            } else if (mayAdopt
                    && candidate.getMetadata().getDeletionTimestamp() == null
                    && selected.test(candidate)) {
                mayAdopt = asked || stillLives(owner, owners);
                asked = true;
                if (mayAdopt) {
                    adopt(candidate, owner, client).ifPresent(claimed::add);
                }
            }
        }
        return claimed;
    }

    private static <O extends HasMetadata> boolean stillLives(O owner, Client<O> owners) {
        return owners.get(Key.of(owner))
                .filter(
                        fresh ->
                                fresh.getMetadata().getUid().equals(owner.getMetadata().getUid())
                                        && fresh.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
    }

    private static <T extends HasMetadata> Optional<T> adopt(
            T orphan, HasMetadata owner, Client<T> client) {
        ArrayNode references = references(orphan, "");
        OwnerReference reference = controlledBy(owner);
        references
                .addObject()
                .put("apiVersion", reference.getApiVersion())
                .put("kind", reference.getKind())
                .put("name", reference.getName())
                .put("uid", reference.getUid())
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        return patched(orphan, references, client);
    }

    private static <T extends HasMetadata> void release(
            T object, HasMetadata owner, Client<T> client) {
        // Whether it could be released or is gone already, it is the owner's no longer.
        Optional<T> unused =
                patched(object, references(object, owner.getMetadata().getUid()), client);
    }

    /** The present references as JSON, without those to {@code leftOut}. */
    private static ArrayNode references(HasMetadata object, String leftOut) {
        ArrayNode references = Json.mapper().createArrayNode();
        for (OwnerReference one : object.getMetadata().getOwnerReferences()) {
            if (!one.getUid().equals(leftOut)) {
                references.add(Json.mapper().<ObjectNode>valueToTree(one));
            }
        }
        return references;
    }

    private static <T extends HasMetadata> Optional<T> patched(
            T object, ArrayNode references, Client<T> client) {
        ObjectNode patch = Json.object();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.put("uid", object.getMetadata().getUid());
        metadata.put("resourceVersion", object.getMetadata().getResourceVersion());
        metadata.set("ownerReferences", references);
        try {
            return Optional.of(client.patch(Key.of(object), patch));
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
