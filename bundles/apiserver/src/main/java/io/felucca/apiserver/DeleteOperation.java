package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiServer.DeleteOptions;
import io.felucca.apiserver.api.ApiServer.DeleteResult;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Begins an object's deletion, and ends it at once where neither a grace period nor a finalizer is
 * in the way.
 */
final class DeleteOperation {
    private static final int MOST_ATTEMPTS = 5;
    private static final List<String> PROPAGATIONS = List.of("Orphan", "Background", "Foreground");

    private final Core core;

    DeleteOperation(Core core) {
        this.core = core;
    }

    /** The request has been authorized. */
    CompletionStage<DeleteResult> run(Target target, DeleteOptions options) {
        String propagation = options.propagation();
        if (propagation != null && !PROPAGATIONS.contains(propagation)) {
            throw ApiException.invalid(
                    "meta.k8s.io",
                    "DeleteOptions",
                    "",
                    List.of(
                            FieldError.notSupported(
                                    "propagationPolicy", propagation, PROPAGATIONS)));
        }
        if (options.gracePeriodSeconds().orElse(0) < 0) {
            throw ApiException.invalid(
                    "meta.k8s.io",
                    "DeleteOptions",
                    "",
                    List.of(
                            FieldError.invalid(
                                    "gracePeriodSeconds",
                                    options.gracePeriodSeconds().getAsLong(),
                                    "must be greater than or equal to 0")));
        }
        return attempt(target, options, 1);
    }

    private CompletionStage<DeleteResult> attempt(
            Target target, DeleteOptions options, int attempt) {
        CachedObject current = target.current();
        checkPreconditions(target, options, current);
        ObjectNode old = target.served(current);
        AdmissionPlugin.Request admitted =
                core.requests().delete(target.request(), target.definition().kind(), old, options);
        core.admission().mutate(admitted);
        core.admission().validate(admitted);
        ObjectNode wanted = old.deepCopy();
        boolean gone = mark(target.definition().strategy(), options, wanted, old);
        Trees.normalizeNumbers(Meta.of(wanted));
        if (!gone && wanted.equals(old)) {
            return CompletableFuture.completedFuture(
                    new DeleteResult(target.shown(current), false));
        }
        if (target.request().options().dryRun()) {
            CachedObject result = core.writer().unstored(target, current.name(), wanted);
            return CompletableFuture.completedFuture(
                    new DeleteResult(target.shown(result.atRevision(current.revision())), gone));
        }
        CompletionStage<Writer.Outcome> write =
                gone
                        ? core.writer().delete(target, current, current)
                        : core.writer().put(target, current.name(), wanted, current, null);
        return write.thenCompose(
                outcome -> {
                    if (outcome.succeeded()) {
                        return CompletableFuture.completedFuture(
                                new DeleteResult(target.shown(outcome.object()), gone));
                    }
                    if (attempt >= MOST_ATTEMPTS) {
                        throw ApiException.modified(target.named(), target.request().name());
                    }
                    // Not on the store's thread: it must go on with other writes.
                    return CompletableFuture.supplyAsync(
                                    () -> attempt(target, options, attempt + 1), core.executor())
                            .thenCompose(stage -> stage);
                });
    }

    private static void checkPreconditions(
            Target target, DeleteOptions options, CachedObject current) {
        String uid = options.preconditionUid();
        if (uid != null && !uid.equals(current.uid())) {
            throw failed(target, "UID", uid, current.uid());
        }
        String version = options.preconditionResourceVersion();
        String now = Long.toString(current.revision());
        if (version != null && !version.equals(now)) {
            throw failed(target, "ResourceVersion", version, now);
        }
    }

    private static ApiException failed(Target target, String what, String wanted, String is) {
        return ApiException.conflict(
                target.named(),
                target.request().name(),
                "Precondition failed: "
                        + what
                        + " in precondition: "
                        + wanted
                        + ", "
                        + what
                        + " in object meta: "
                        + is);
    }

    /** Sets what the deletion sets; gives whether the object goes at once. */
    private boolean mark(
            Strategy strategy, DeleteOptions options, ObjectNode wanted, ObjectNode old) {
        Meta.setFinalizers(wanted, finalizers(strategy, options, old));
        boolean held = !Meta.finalizers(wanted).isEmpty() || strategy.holdsDeletion(wanted);
        OptionalLong own = strategy.deletionGraceSeconds(old, options.gracePeriodSeconds());
        long grace = Math.max(0, own.orElse(0));
        if (!Meta.isDeleting(old)) {
            if (grace == 0 && !held) {
                return true;
            }
            begin(strategy, wanted, grace);
            return false;
        }
        long left = Meta.graceSeconds(old);
        boolean shorter = own.isPresent() && options.gracePeriodSeconds().isPresent();
        if (shorter && grace < left) {
            Instant end = Instant.parse(Meta.text(old, "deletionTimestamp"));
            setGrace(wanted, end.minusSeconds(left - grace), grace);
            left = grace;
        }
        return left == 0 && !held;
    }

    private void begin(Strategy strategy, ObjectNode wanted, long grace) {
        Instant now = Instant.parse(Meta.now(core.clock()));
        setGrace(wanted, now.plus(Duration.ofSeconds(grace)), grace);
        if (Meta.of(wanted).path("generation").asLong(0) > 0) {
            Meta.raiseGeneration(wanted);
        }
        strategy.prepareForDeletion(wanted);
    }

    private static void setGrace(ObjectNode wanted, Instant end, long grace) {
        Meta.of(wanted).put("deletionTimestamp", end.toString());
        Meta.of(wanted).put("deletionGracePeriodSeconds", grace);
    }

    /** How dependants go is said by a finalizer that the garbage collector acts on. */
    private static List<String> finalizers(
            Strategy strategy, DeleteOptions options, ObjectNode old) {
        List<String> finalizers = new ArrayList<>(Meta.finalizers(old));
        String how = options.propagation();
        if (how == null) {
            boolean said = finalizers.contains(Meta.ORPHAN) || finalizers.contains(Meta.FOREGROUND);
            if (said || !strategy.defaultPropagation().equals("Orphan")) {
                return finalizers;
            }
            how = "Orphan";
        }
        finalizers.remove(Meta.ORPHAN);
        finalizers.remove(Meta.FOREGROUND);
        if (how.equals("Orphan")) {
            finalizers.add(Meta.ORPHAN);
        } else if (how.equals("Foreground")) {
            finalizers.add(Meta.FOREGROUND);
        }
        List<String> before = Meta.finalizers(old);
        // A mere change of order is none.
        return Set.copyOf(finalizers).equals(Set.copyOf(before)) ? before : finalizers;
    }
}
