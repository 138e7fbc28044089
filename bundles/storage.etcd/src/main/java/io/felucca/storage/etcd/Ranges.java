package io.felucca.storage.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads ranges in pages, all at the revision of the first: one answer with everything would hold up
 * etcd and everybody else on the connection. Thread-safe.
 */
final class Ranges {
    static final int PAGE = 500;

    private final Connection connection;
    private final Calls calls;

    Ranges(Connection connection, Calls calls) {
        this.connection = connection;
        this.calls = calls;
    }

    CompletableFuture<RangeResult> read(RangeRequest request) {
        if (request.revision() < 0 || request.limit() < 0) {
            return CompletableFuture.failedFuture(
                    new StoreException(Reason.INVALID, "negative revision or limit"));
        }
        return new Reading(request).page(request.start(), request.revision());
    }

    private record Page(Session session, GetResponse answer) {}

    private final class Reading {
        private final RangeRequest request;
        private final List<KeyValue> items = new ArrayList<>();

        /** Of the whole range; the first page knows. */
        private long count = -1;

        Reading(RangeRequest request) {
            this.request = request;
        }

        CompletableFuture<RangeResult> page(String from, long at) {
            int left = request.limit() == 0 ? PAGE : Math.min(PAGE, request.limit() - items.size());
            return calls.read(
                            session ->
                                    get(session, from, at, left)
                                            .thenApply(answer -> new Page(session, answer)))
                    .thenCompose(page -> take(page, at));
        }

        private CompletableFuture<GetResponse> get(
                Session session, String from, long at, int limit) {
            GetOption.Builder option =
                    GetOption.builder()
                            .withRevision(at == 0 ? 0 : session.ofEtcd(at))
                            .withLimit(limit);
            if (!request.end().equals(request.start() + '\0')) {
                option.withRange(Session.bytes(request.end()));
            }
            ByteSequence start = from.isEmpty() ? Session.FIRST_KEY : Session.bytes(from);
            return session.client().getKVClient().get(start, option.build());
        }

        private CompletableFuture<RangeResult> take(Page page, long at) {
            GetResponse answer = page.answer;
            Session session = page.session;
            connection.reached(answer.getHeader().getRevision());
            long now = session.revision(answer.getHeader().getRevision());
            long revision = at == 0 ? now : at;
            answer.getKvs().forEach(item -> items.add(session.keyValue(item)));
            if (count < 0) {
                count = answer.getCount();
            }
            boolean full = request.limit() != 0 && items.size() >= request.limit();
            if (!answer.isMore() || full) {
                return CompletableFuture.completedFuture(
                        new RangeResult(items, revision, items.size() < count, count));
            }
            return page(items.get(items.size() - 1).key() + '\0', revision);
        }
    }
}
