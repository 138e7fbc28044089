package io.felucca.testing;

import static io.felucca.testing.StoreFixture.assertRefused;
import static io.felucca.testing.StoreFixture.await;
import static io.felucca.testing.StoreFixture.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.KeyValue;
import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.RangeResult;
import io.felucca.storage.api.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Ranges, now and in the past, and the end of the past: compaction. */
public interface StoreRangeContract extends StoreFixture {

    @Test
    default void rangeGivesKeysInByteOrderWithoutItsEnd() {
        for (String key : List.of("/b/2", "/a", "/b/10", "/b/", "/b0", "/c", "/B", "/b/1")) {
            put(key, key);
        }
        RangeResult result = range(RangeRequest.prefix("/b/"));
        assertEquals(List.of("/b/", "/b/1", "/b/10", "/b/2"), keys(result));
        assertEquals(4, result.count());
        assertFalse(result.more());
        assertEquals(revision(), result.revision());
        assertEquals(List.of("/B", "/a", "/b/"), keys(range(new RangeRequest("", "/b/1", 0, 0))));
        assertEquals(8, range(RangeRequest.prefix("")).count());
        assertEquals(List.of(), keys(range(new RangeRequest("/c", "/a", 0, 0))));
        assertEquals(List.of(), keys(range(new RangeRequest("/a", "/a", 0, 0))));
    }

    @Test
    default void keyThatBeginsAnotherIsSeparateFromIt() {
        put("/a", "1");
        put("/ab", "2");
        put("/a/b", "3");
        assertEquals(List.of("/a"), keys(range(RangeRequest.key("/a"))));
        assertEquals(List.of("/a", "/a/b", "/ab"), keys(range(RangeRequest.prefix("/a"))));
    }

    @Test
    default void limitCutsAndCountDoesNot() {
        for (int i = 0; i < 5; i++) {
            put("/a/" + i, "v" + i);
        }
        put("/b", "x");
        RangeResult two = range(RangeRequest.prefix("/a/").withLimit(2));
        assertEquals(List.of("/a/0", "/a/1"), keys(two));
        assertTrue(two.more());
        assertEquals(5, two.count());
        RangeResult five = range(RangeRequest.prefix("/a/").withLimit(5));
        assertEquals(5, five.items().size());
        assertFalse(five.more());
    }

    @Test
    default void pagesAtOneRevisionShowOneState() {
        for (int i = 0; i < 7; i++) {
            put("/a/" + i, "old");
        }
        RangeResult page = range(RangeRequest.prefix("/a/").withLimit(3));
        List<KeyValue> all = new ArrayList<>(page.items());
        put("/a/5", "new");
        delete("/a/6");
        put("/a/55", "new");
        while (page.more()) {
            String from = page.items().get(page.items().size() - 1).key() + '\0';
            page = range(new RangeRequest(from, RangeRequest.prefixEnd("/a/"), page.revision(), 3));
            all.addAll(page.items());
        }
        assertEquals(7, all.size());
        assertTrue(all.stream().allMatch(item -> text(item).equals("old")));
        assertEquals(7, range(RangeRequest.prefix("/a/")).count());
    }

    @Test
    default void pastRevisionsShowThePast() {
        long one = put("/a", "1");
        long two = put("/a", "2");
        long other = put("/b", "1");
        long gone = delete("/a");
        long again = put("/a", "3");
        assertEquals(List.of(), values(one - 1));
        assertEquals(List.of("1"), values(one));
        assertEquals(List.of("2"), values(two));
        assertEquals(List.of("2", "1"), values(other));
        assertEquals(List.of("1"), values(gone));
        assertEquals(List.of("3", "1"), values(again));
        RangeResult past = range(RangeRequest.key("/a").atRevision(two));
        assertEquals(two, past.revision());
        KeyValue item = past.items().get(0);
        assertEquals(one, item.createRevision());
        assertEquals(2, item.version());
        assertEquals(1, range(RangeRequest.prefix("/").atRevision(gone)).count());
    }

    @Test
    default void revisionOfTheFutureIsRefused() {
        put("/a", "1");
        assertRefused(
                Reason.FUTURE_REVISION,
                store().range(RangeRequest.key("/a").atRevision(revision() + 1)));
        assertRefused(Reason.FUTURE_REVISION, store().compact(revision() + 1));
    }

    @Test
    default void negativeNumbersAreInvalid() {
        assertRefused(Reason.INVALID, store().range(RangeRequest.key("/a").atRevision(-1)));
        assertRefused(Reason.INVALID, store().range(RangeRequest.key("/a").withLimit(-1)));
    }

    @Test
    default void compactionForgetsWhatLiesBeforeItAndNothingElse() {
        put("/a", "1");
        put("/b", "1");
        long before = put("/a", "2");
        put("/c", "1");
        long at = delete("/c");
        long after = put("/a", "3");
        await(store().compact(at));
        assertRefused(Reason.COMPACTED, store().range(RangeRequest.key("/a").atRevision(before)));
        assertEquals(List.of("2", "1"), values(at));
        assertEquals(List.of("3", "1"), values(after));
        assertEquals(2, range(RangeRequest.prefix("/")).count());
        assertEquals("1", text(get("/b").orElseThrow()));
        assertEquals(after, revision());
    }

    @Test
    default void compactionOfWhatIsForgottenDoesNothing() {
        put("/a", "1");
        long at = put("/a", "2");
        put("/a", "3");
        await(store().compact(at));
        await(store().compact(at));
        await(store().compact(at - 1));
        assertEquals(List.of("2"), values(at));
    }

    @Test
    default void keysLiveOnThroughManyCompactions() {
        for (int round = 0; round < 20; round++) {
            put("/a", "a" + round);
            delete("/b");
            put("/b", "b" + round);
            await(store().compact(put("/c", "c" + round)));
        }
        assertEquals(List.of("a19", "b19", "c19"), values(0));
        assertEquals(20, get("/a").orElseThrow().version());
        assertEquals(1, get("/b").orElseThrow().version());
        assertTrue(putIf("/c", get("/c").orElseThrow().modRevision(), "x").succeeded());
    }

    @Test
    default void readsSeeWhatWasAcknowledgedBefore() {
        for (int i = 0; i < 50; i++) {
            long revision = put("/a", Integer.toString(i));
            RangeResult result = range(RangeRequest.key("/a"));
            assertTrue(result.revision() >= revision);
            assertEquals(Integer.toString(i), text(result.items().get(0)));
        }
    }

    @Test
    default void manyReadsAtOnceAllComplete() {
        for (int i = 0; i < 300; i++) {
            put("/a/" + (1000 + i), "v");
        }
        List<CompletionStage<RangeResult>> stages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            stages.add(store().range(RangeRequest.prefix("/a/")));
        }
        stages.forEach(stage -> assertEquals(300, await(stage).items().size()));
    }

    private List<String> values(long revision) {
        return range(RangeRequest.prefix("/").atRevision(revision)).items().stream()
                .map(StoreFixture::text)
                .toList();
    }

    private static List<String> keys(RangeResult result) {
        return result.items().stream().map(KeyValue::key).toList();
    }
}
