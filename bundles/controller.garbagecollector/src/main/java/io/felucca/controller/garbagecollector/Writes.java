package io.felucca.controller.garbagecollector;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What the collector reads and writes live. Each write is for exactly the object that was read. */
final class Writes {
    private final Clients clients;

    Writes(Clients clients) {
        this.clients = clients;
    }

    Optional<GenericKubernetesResource> read(Item item) {
        return clients.of(item.resource()).get(item.object());
    }

    /** The object as it is now, if it is still the one of this uid. */
    Optional<GenericKubernetesResource> read(Item item, String uid) {
        return read(item).filter(one -> uid.equals(one.getMetadata().getUid()));
    }

    /**
     * Deletes an object if nothing about it has changed since it was judged.
     *
     * @throws ApiException a conflict if it has: then it is to be judged again
     */
    void delete(Item item, GenericKubernetesResource judged, String propagation) {
        ObjectMeta metadata = judged.getMetadata();
        Client.Deletion options =
                new Client.Deletion(
                        metadata.getUid(),
                        metadata.getResourceVersion(),
                        OptionalLong.empty(),
                        propagation);
        // Whether it was there or went by itself, it is gone.
        boolean unused = clients.of(item.resource()).delete(item.object(), options);
    }

    void setOwners(Item item, GenericKubernetesResource judged, List<OwnerReference> owners) {
        ObjectNode patch = patch(judged);
        if (owners.isEmpty()) {
            patch.withObject("/metadata").putNull("ownerReferences");
        } else {
            ArrayNode list = patch.withObject("/metadata").putArray("ownerReferences");
            owners.forEach(one -> list.add(Json.mapper().<ObjectNode>valueToTree(one)));
        }
        write(item, patch);
    }

    /** Takes a finalizer away, if it is there. */
    void removeFinalizer(Item item, String uid, String finalizer) {
        Optional<GenericKubernetesResource> found = read(item, uid);
        if (found.filter(one -> Marks.has(one, finalizer)).isEmpty()) {
            return;
        }
        List<String> left =
                found.get().getMetadata().getFinalizers().stream()
                        .filter(one -> !one.equals(finalizer))
                        .toList();
        ObjectNode patch = patch(found.get());
        if (left.isEmpty()) {
            patch.withObject("/metadata").putNull("finalizers");
        } else {
            left.forEach(patch.withObject("/metadata").withArray("finalizers")::add);
        }
        write(item, patch);
    }

    private static ObjectNode patch(GenericKubernetesResource judged) {
        ObjectNode patch = Json.object();
        patch.putObject("metadata")
                .put("uid", judged.getMetadata().getUid())
                .put("resourceVersion", judged.getMetadata().getResourceVersion());
        return patch;
    }

    private void write(Item item, ObjectNode patch) {
        try {
            GenericKubernetesResource unused =
                    clients.of(item.resource()).patch(item.object(), patch);
        } catch (ApiException e) {
            // It went meanwhile, which ends the matter.
            if (e.reason() != StatusReason.NotFound) {
                throw e;
            }
        }
    }
}
