package io.felucca.storage.encryption;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.Txn;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Writes anew what would be encrypted otherwise now, one value after the other, so that a key can
 * be taken out of the configuration once this has ended. What somebody else writes meanwhile is
 * right already.
 */
final class Rewriter {
    private static final int PAGE = 200;

    private final Store inner;
    private final Rules rules;

    Rewriter(Store inner, Rules rules) {
        this.inner = inner;
        this.rules = rules;
    }

    /** How many were written. Waits for the store, so it wants a thread of its own. */
    int run() throws Provider.SealBroken {
        int written = 0;
        String start = "/registry/";
        String end = RangeRequest.prefixEnd(start);
        while (true) {
            var page = await(inner.range(new RangeRequest(start, end, 0, PAGE)));
            for (KeyValue item : page.items()) {
                start = item.key() + '\0';
                if (rules.concern(item.key()) && rules.isStale(item.key(), item.value())) {
                    written += rewrite(item);
                }
            }
            if (!page.more()) {
                return written;
            }
        }
    }

    private int rewrite(KeyValue item) throws Provider.SealBroken {
        byte[] plain = rules.open(item.key(), item.value());
        Txn txn =
                new Txn(
                        List.of(new Txn.Compare(item.key(), item.modRevision())),
                        List.of(
                                new Txn.Put(
                                        item.key(), rules.seal(item.key(), plain), item.lease())));
        return await(inner.txn(txn)).succeeded() ? 1 : 0;
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
