package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/** Creates an object from a decoded body, on the caller's thread up to the store. */
final class CreateOperation {
    private static final int MOST_ATTEMPTS = 8;

    /** More, since each attempt knows what the ones before it lost. */
    private static final int MOST_CLAIM_ATTEMPTS = 64;

    /** Upstream's: no vowels and no digits that look like them, so that no word comes of it. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int RANDOM_LENGTH = 5;
    private static final int LONGEST_GENERATED = 63;

    private final Core core;

    CreateOperation(Core core) {
        this.core = core;
    }

    /** The body has been authorized and decoded. */
    CompletionStage<StoredObject> run(Target target, ObjectNode body) {
        Meta.of(body).remove("managedFields");
        return run(target, body, false);
    }

    /** The same for an object whose fields have their owners in it. */
    CompletionStage<StoredObject> runApplied(Target target, ObjectNode body) {
        return run(target, body, true);
    }

    private CompletionStage<StoredObject> run(Target target, ObjectNode body, boolean ownersKnown) {
        Strategy strategy = target.definition().strategy();
        place(target, body);
        Rules.defaults(target.definition(), body);
        // As upstream: what admission adds, such as a pod's volume with the token, is nobody's.
        ObjectNode owned = ownersKnown ? body : core.owners().tracked(target, null, null, body);
        core.admission().mutate(request(target, owned));
        // As upstream: a name is made up, and the rest is the server's, once plugins had their say.
        boolean generated = identify(target, owned);
        Rules.defaults(target.definition(), owned);
        strategy.prepareForCreate(owned);
        if (strategy.tracksGeneration(owned)) {
            Meta.of(owned).put("generation", 1);
        }
        validate(target, owned);
        return write(target, owned, generated, 1, new HashSet<>());
    }

    /** Its namespace, and nothing of what only the server says. */
    private static void place(Target target, ObjectNode body) {
        ObjectNode metadata = Meta.of(body);
        String namespace = metadata.path("namespace").asText("");
        String expected = target.request().namespace();
        if (!namespace.isEmpty() && !namespace.equals(expected)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the"
                            + " request");
        }
        if (target.definition().namespaced()) {
            if (expected.isEmpty()) {
                throw ApiException.badRequest("an empty namespace may not be set during creation");
            }
            metadata.put("namespace", expected);
        } else {
            metadata.remove("namespace");
        }
        if (!metadata.path("resourceVersion").asText("").isEmpty()) {
            throw ApiException.badRequest(
                    "resourceVersion should not be set on objects to be created");
        }
        for (String field :
                List.of(
                        "resourceVersion",
                        "selfLink",
                        "generation",
                        "uid",
                        "creationTimestamp",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds")) {
            metadata.remove(field);
        }
        dropStatus(target, body);
    }

    private static void dropStatus(Target target, ObjectNode body) {
        if (target.definition().subresource("status").isPresent()
                && !target.definition().strategy().keepsStatusAtCreation()) {
            body.remove("status");
        }
    }

    /** Name and what else the server sets; gives whether the name was made here. */
    private boolean identify(Target target, ObjectNode body) {
        dropStatus(target, body);
        ObjectNode metadata = Meta.of(body);
        if (target.definition().namespaced()) {
            metadata.put("namespace", target.request().namespace());
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", Meta.now(core.clock()));
        boolean generates =
                metadata.path("name").asText("").isEmpty()
                        && !metadata.path("generateName").asText("").isEmpty();
        if (generates) {
            metadata.put("name", freeName(target, metadata.path("generateName").asText()));
        }
        return generates;
    }

    /** A name that is free as far as the cache knows; the store decides. */
    private static String freeName(Target target, String prefix) {
        String kept =
                prefix.length() > LONGEST_GENERATED - RANDOM_LENGTH
                        ? prefix.substring(0, LONGEST_GENERATED - RANDOM_LENGTH)
                        : prefix;
        String name = kept + random();
        for (int i = 1;
                i < MOST_ATTEMPTS && target.cache().get(target.request().namespace(), name) != null;
                i++) {
            name = kept + random();
        }
        return name;
    }

    private static String random() {
        StringBuilder text = new StringBuilder(RANDOM_LENGTH);
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            text.append(ALPHABET.charAt(ThreadLocalRandom.current().nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private void validate(Target target, ObjectNode body) {
        Strategy strategy = target.definition().strategy();
        List<FieldError> wrong = new ArrayList<>(MetaRules.check(body, target.definition()));
        Rules.check(
                target.definition().schema(),
                body,
                null,
                wrong,
                () -> {
                    List<FieldError> found = new ArrayList<>(strategy.validate(body));
                    found.addAll(strategy.validateCreate(body));
                    return found;
                });
        target.require(Meta.text(body, "name"), wrong);
        target.request().warnings().addAll(strategy.warnings(body));
        core.admission().validate(request(target, body));
    }

    private CompletionStage<StoredObject> write(
            Target target, ObjectNode body, boolean generated, int attempt, Set<String> lost) {
        String name = Meta.text(body, "name");
        String key = target.key(name);
        Strategy strategy = target.definition().strategy();
        // A claim is written into the body, so another attempt needs the body from before.
        ObjectNode unclaimed = Claiming.is(strategy) ? body.deepCopy() : body;
        List<String> claims =
                strategy.claim(body, null, Claiming.taken(core.cache().claims(), key, lost));
        if (target.request().options().dryRun()) {
            if (target.cache().get(target.request().namespace(), name) != null) {
                throw ApiException.alreadyExists(target.named(), name);
            }
            return CompletableFuture.completedFuture(
                    target.shown(core.writer().unstored(target, name, body)));
        }
        return core.writer()
                .put(target, name, body, null, claims)
                .thenCompose(
                        outcome -> {
                            if (outcome.succeeded()) {
                                return CompletableFuture.completedFuture(
                                        target.shown(outcome.object()));
                            }
                            lost.addAll(outcome.lostClaims());
                            boolean lostOnlyClaims =
                                    target.cache().get(target.request().namespace(), name) == null
                                            && !outcome.lostClaims().isEmpty();
                            if (lostOnlyClaims) {
                                if (attempt >= MOST_CLAIM_ATTEMPTS) {
                                    throw ApiException.conflict(
                                            target.named(),
                                            name,
                                            "others were faster to take what it needs alone");
                                }
                            } else if (!generated || attempt >= MOST_ATTEMPTS) {
                                throw ApiException.alreadyExists(target.named(), name);
                            }
                            return again(target, unclaimed, generated, attempt, lost);
                        });
    }

    private CompletionStage<StoredObject> again(
            Target target, ObjectNode body, boolean generated, int attempt, Set<String> lost) {
        if (generated) {
            String prefix = Meta.text(body, "generateName");
            Meta.of(body).put("name", freeName(target, prefix));
        }
        // Not on the store's thread: it must go on with other writes.
        return CompletableFuture.supplyAsync(
                        () -> write(target, body, generated, attempt + 1, lost), core.executor())
                .thenCompose(stage -> stage);
    }

    private AdmissionPlugin.Request request(Target target, ObjectNode body) {
        return core.requests()
                .create(
                        target.request(),
                        target.definition().kind(),
                        Meta.text(body, "name"),
                        body);
    }
}
