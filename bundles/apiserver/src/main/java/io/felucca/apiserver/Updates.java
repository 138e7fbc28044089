package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * The one way in which a stored object changes: read it, make the new tree, take it through
 * defaults, admission and validation, and write it if nobody was faster; otherwise once more from
 * the start, where the caller allows that. Those that were not the fastest take turns: of many that
 * come at once, as after a swap they do, all but one would else lose each round.
 */
final class Updates {
    private static final int MOST_ATTEMPTS = 5;

    private final Core core;
    private final Turns turns;

    /** Makes the wanted tree. Runs once per attempt. */
    interface Change {
        /**
         * @param old the object as it is; not to be changed
         * @param current the same as it is cached
         */
        ObjectNode from(ObjectNode old, CachedObject current);
    }

    /**
     * How to treat a change.
     *
     * @param view the subresource that changes it, or null for the object itself
     * @param privileged for the server's own changes: no admission, strategy or validation
     * @param retries whether a lost race is run again
     * @param ownersKnown whether the change has recorded the fields' owners itself
     */
    record Mode(
            Subresource subresource,
            Subresource.View view,
            boolean privileged,
            boolean retries,
            boolean ownersKnown) {
        static final Mode PRIVILEGED = new Mode(null, null, true, true, true);

        static Mode whole(boolean retries) {
            return new Mode(null, null, false, retries, false);
        }

        Mode withOwnersKnown() {
            return new Mode(subresource, view, privileged, retries, true);
        }

        boolean isOfItsOwnKind(Target target) {
            return view != null && !subresource.kind().equals(target.definition().kind());
        }
    }

    Updates(Core core) {
        this.core = core;
        turns = new Turns(core.executor());
    }

    CompletionStage<StoredObject> run(Target target, Mode mode, Change change) {
        Set<String> lostClaims = new HashSet<>();
        return mode.retries && turns.isTaken(key(target))
                ? inTurn(target, () -> attempt(target, mode, change, 2, lostClaims))
                : attempt(target, mode, change, 1, lostClaims);
    }

    private static String key(Target target) {
        return target.key(target.request().name());
    }

    private CompletionStage<StoredObject> inTurn(
            Target target, Supplier<CompletionStage<StoredObject>> change) {
        try {
            return turns.take(key(target), change);
        } catch (RejectedExecutionException e) {
            throw ApiException.modified(target.named(), target.request().name());
        }
    }

    /**
     * @param attempt 1 for the only one without a turn
     */
    private CompletionStage<StoredObject> attempt(
            Target target, Mode mode, Change change, int attempt, Set<String> lostClaims) {
        CachedObject current = target.current();
        ObjectNode old = target.served(current);
        ObjectNode wanted = change.from(old, current);
        Strategy strategy = target.definition().strategy();
        keepWhatIsTheServers(target, mode, wanted, old);
        List<String> claims = null;
        if (!mode.privileged) {
            wanted = prepared(target, mode, wanted, old);
            Trees.normalizeNumbers(wanted);
            if (strategy.tracksGeneration(wanted) && strategy.changesGeneration(wanted, old)) {
                Meta.raiseGeneration(wanted);
            }
            validate(target, mode, wanted, old);
            if (mode.view == null) {
                String key = target.key(current.name());
                claims =
                        strategy.claim(
                                wanted,
                                old,
                                Claiming.taken(core.cache().claims(), key, lostClaims));
            }
        } else {
            Trees.normalizeNumbers(wanted);
        }
        boolean goes = isToGo(strategy, wanted);
        Trees.normalizeNumbers(Meta.of(wanted));
        if (!goes && wanted.equals(old)) {
            return CompletableFuture.completedFuture(target.shown(current));
        }
        ObjectNode owned =
                mode.ownersKnown
                        ? wanted
                        : core.owners().tracked(target, mode.subresource, old, wanted);
        if (target.request().options().dryRun()) {
            CachedObject result = core.writer().unstored(target, current.name(), owned);
            return CompletableFuture.completedFuture(
                    target.shown(result.atRevision(current.revision())));
        }
        CompletionStage<Writer.Outcome> write =
                goes
                        ? core.writer()
                                .delete(
                                        target,
                                        current,
                                        core.writer().unstored(target, current.name(), owned))
                        : core.writer().put(target, current.name(), owned, current, claims);
        return write.thenCompose(
                outcome -> answer(target, mode, change, attempt, lostClaims, outcome));
    }

    private CompletionStage<StoredObject> answer(
            Target target,
            Mode mode,
            Change change,
            int attempt,
            Set<String> lostClaims,
            Writer.Outcome outcome) {
        if (outcome.succeeded()) {
            return CompletableFuture.completedFuture(target.shown(outcome.object()));
        }
        lostClaims.addAll(outcome.lostClaims());
        boolean again = mode.retries || !outcome.lostClaims().isEmpty();
        if (!again || attempt >= MOST_ATTEMPTS) {
            throw ApiException.modified(target.named(), target.request().name());
        }
        if (attempt == 1) {
            return inTurn(target, () -> attempt(target, mode, change, 2, lostClaims));
        }
        // Not on the store's thread: it must go on with other writes.
        return CompletableFuture.supplyAsync(
                        () -> attempt(target, mode, change, attempt + 1, lostClaims),
                        core.executor())
                .thenCompose(stage -> stage);
    }

    /** Fills in what a client may leave out and restores what only the server changes. */
    private static void keepWhatIsTheServers(
            Target target, Mode mode, ObjectNode wanted, ObjectNode old) {
        ObjectNode metadata = Meta.of(wanted);
        metadata.remove("selfLink");
        if (!metadata.hasNonNull("managedFields")) {
            Meta.copy("managedFields", old, wanted);
        }
        Meta.copy("generation", old, wanted);
        Meta.copy("resourceVersion", old, wanted);
        for (String field : List.of("name", "namespace", "uid", "creationTimestamp")) {
            if (metadata.path(field).asText("").isEmpty()) {
                Meta.copy(field, old, wanted);
            }
        }
        for (String field : List.of("deletionTimestamp", "deletionGracePeriodSeconds")) {
            if (!metadata.hasNonNull(field) || !Meta.isDeleting(old)) {
                Meta.copy(field, old, wanted);
            }
        }
        boolean hasStatusPath = target.definition().subresource("status").isPresent();
        if (mode.view == null && !mode.privileged && hasStatusPath) {
            if (old.has("status")) {
                wanted.set("status", old.get("status"));
            } else {
                wanted.remove("status");
            }
        }
    }

    private ObjectNode prepared(Target target, Mode mode, ObjectNode wanted, ObjectNode old) {
        Strategy strategy = target.definition().strategy();
        Rules.defaults(target.definition(), wanted);
        ObjectNode mutated = mutated(target, mode, wanted, old);
        Rules.defaults(target.definition(), mutated);
        if (mode.view == null) {
            strategy.prepareForUpdate(mutated, old);
        }
        return mutated;
    }

    private void validate(Target target, Mode mode, ObjectNode wanted, ObjectNode old) {
        Strategy strategy = target.definition().strategy();
        List<FieldError> wrong = new ArrayList<>(MetaRules.checkUpdate(wanted, old));
        wrong.addAll(MetaRules.check(wanted, target.definition()));
        Rules.check(
                target.definition().schema(),
                wanted,
                old,
                wrong,
                () -> {
                    if (mode.view != null) {
                        return mode.view.validate(wanted, old);
                    }
                    List<FieldError> found = new ArrayList<>(strategy.validate(wanted));
                    found.addAll(strategy.validateUpdate(wanted, old));
                    return found;
                });
        target.require(target.request().name(), wrong);
        if (mode.view == null) {
            target.request().warnings().addAll(strategy.warnings(wanted));
        }
        core.admission().validate(request(target, mode, wanted, old));
    }

    /** Whether its deletion has begun and nothing keeps it any longer. */
    private static boolean isToGo(Strategy strategy, ObjectNode object) {
        return Meta.isDeleting(object)
                && Meta.finalizers(object).isEmpty()
                && Meta.graceSeconds(object) == 0
                && !strategy.holdsDeletion(object);
    }

    /**
     * What is admitted is the object; of a view in a kind of its own, such as a Scale, the view.
     */
    private AdmissionPlugin.Request request(
            Target target, Mode mode, ObjectNode wanted, ObjectNode old) {
        return mode.isOfItsOwnKind(target)
                ? core.requests()
                        .update(
                                target.request(),
                                mode.subresource.kind(),
                                mode.view.show(wanted.deepCopy()),
                                mode.view.show(old.deepCopy()))
                : core.requests().update(target.request(), target.definition().kind(), wanted, old);
    }

    /** Gives the object with what plugins changed, which may be another tree. */
    private ObjectNode mutated(Target target, Mode mode, ObjectNode wanted, ObjectNode old) {
        AdmissionPlugin.Request request = request(target, mode, wanted, old);
        boolean configured = core.admission().mutate(request);
        ObjectNode mutated = wanted;
        if (mode.isOfItsOwnKind(target)) {
            mutated = mode.view.apply(wanted, request.object());
        } else if (configured && mode.view != null) {
            mutated = mode.view.apply(old.deepCopy(), mode.view.show(wanted));
        }
        if (configured) {
            // A webhook may change no more than a client.
            keepWhatIsTheServers(target, mode, mutated, old);
        }
        return mutated;
    }
}
