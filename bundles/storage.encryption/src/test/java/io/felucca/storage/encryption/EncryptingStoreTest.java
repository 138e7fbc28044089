package io.felucca.storage.encryption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.storage.api.RangeRequest;
import io.felucca.storage.api.Store;
import io.felucca.storage.api.StoreException;
import io.felucca.storage.api.Txn;
import io.felucca.testing.FakeClock;
import io.felucca.testing.MemoryStore;
import io.felucca.testing.StoreContract;
import io.felucca.testing.StoreFixture;
import io.felucca.testing.StoreLocalContract;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** As good a store as the one behind it, and what lies there can't be read. */
final class EncryptingStoreTest implements StoreContract, StoreLocalContract {
    private static final String SECRET = "/registry/core/secrets/default/s";

    private final FakeClock clock = new FakeClock();
    private final MemoryStore inner = new MemoryStore(clock);
    private final EncryptingStore store =
            new EncryptingStore(
                    inner,
                    new Rules(
                            List.of(
                                    new Rules.Rule(
                                            key -> true,
                                            List.of(new Aes(Aes.Mode.GCM, "k", new byte[32]))))));

    @Override
    public Store store() {
        return store;
    }

    @Override
    public FakeClock clock() {
        return clock;
    }

    @Override
    @AfterEach
    public void closeStore() {
        inner.close();
    }

    /** What is added to a value counts, too. */
    @Override
    @Test
    public void valuesUpToTheBoundAreTakenAndLargerOnesAreInvalid() {
        put("/a", "x".repeat(Store.MAX_TXN_VALUE_BYTES - 100));
        StoreFixture.assertRefused(
                StoreException.Reason.INVALID,
                store.txn(
                        StoreFixture.txnOf(
                                StoreFixture.putOf(
                                        "/a", "x".repeat(Store.MAX_TXN_VALUE_BYTES + 1)))));
    }

    private static Rules rules(String... providers) {
        String text =
                "{kind: EncryptionConfiguration, apiVersion: apiserver.config.k8s.io/v1,"
                        + " resources: [{resources: [secrets, '*.example.com'], providers: ["
                        + String.join(", ", providers)
                        + "]}]}";
        return EncryptionConfiguration.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String aes(String kind, String name) {
        String secret =
                Base64.getEncoder()
                        .encodeToString(
                                (name + "0123456789abcdef")
                                        .substring(0, 16)
                                        .getBytes(StandardCharsets.US_ASCII));
        return "{" + kind + ": {keys: [{name: " + name + ", secret: '" + secret + "'}]}}";
    }

    private byte[] stored(String key) {
        return StoreFixture.await(inner.range(RangeRequest.key(key))).items().get(0).value();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String read(String key) {
        return get(key).map(StoreFixture::text).orElseThrow();
    }

    @Test
    void whatLiesInTheStoreIsEncryptedAndOtherResourcesAreNot() {
        store.use(rules(aes("aesgcm", "one"), "{identity: {}}"));
        put(SECRET, "hush");
        put("/registry/example.com/boats/-/b", "hush");
        put("/registry/core/configmaps/default/c", "plain");
        assertTrue(text(stored(SECRET)).startsWith("k8s:enc:aesgcm:v1:one:"));
        assertFalse(text(stored(SECRET)).contains("hush"));
        assertTrue(text(stored("/registry/example.com/boats/-/b")).startsWith("k8s:enc:"));
        assertEquals("plain", text(stored("/registry/core/configmaps/default/c")));
        assertEquals("hush", read(SECRET));
    }

    @Test
    void theSameValueNeverLooksTheSame() {
        put("/a", "same");
        byte[] first = stored("/a");
        put("/a", "same");
        assertFalse(java.util.Arrays.equals(first, stored("/a")));
    }

    @Test
    void keysRotateByTheirOrder() throws Exception {
        store.use(rules("{identity: {}}"));
        put(SECRET, "hush");
        Rules first = rules(aes("aescbc", "one"), "{identity: {}}");
        store.use(first);
        assertEquals("hush", read(SECRET));
        assertEquals(1, new Rewriter(inner, first).run());
        assertTrue(text(stored(SECRET)).startsWith("k8s:enc:aescbc:v1:one:"));
        Rules second = rules(aes("aesgcm", "two"), aes("aescbc", "one"));
        store.use(second);
        assertEquals("hush", read(SECRET));
        assertEquals(1, new Rewriter(inner, second).run());
        assertEquals(0, new Rewriter(inner, second).run());
        store.use(rules(aes("aesgcm", "two")));
        assertEquals("hush", read(SECRET));
    }

    @Test
    void aValueWithoutItsKeyIsCorruptAndNotMissing() {
        store.use(rules(aes("aesgcm", "one")));
        put(SECRET, "hush");
        store.use(rules(aes("aesgcm", "two"), "{identity: {}}"));
        assertEquals(
                StoreException.Reason.CORRUPT,
                assertThrows(StoreException.class, () -> read(SECRET)).reason());
    }

    @Test
    void aValueThatWasChangedOrMovedIsRefused() {
        store.use(rules(aes("aesgcm", "one")));
        put(SECRET, "hush");
        byte[] sealed = stored(SECRET).clone();
        String other = "/registry/core/secrets/default/other";
        StoreFixture.await(inner.txn(new Txn(List.of(), List.of(new Txn.Put(other, sealed, 0)))));
        assertThrows(StoreException.class, () -> read(other));
        sealed[sealed.length - 1] ^= 1;
        StoreFixture.await(inner.txn(new Txn(List.of(), List.of(new Txn.Put(SECRET, sealed, 0)))));
        assertThrows(StoreException.class, () -> read(SECRET));
    }

    @Test
    void aConfigurationThatIsWrongSaysWhereAndShowsNoKey() {
        IllegalArgumentException length =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> rules("{aesgcm: {keys: [{name: a, secret: 'c2hvcnQ='}]}}"));
        assertEquals(
                "resources[0].providers[0].aesgcm.keys[0].secret must be 16, 24 or 32 bytes long,"
                        + " not 5",
                length.getMessage());
        IllegalArgumentException coding =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> rules("{aesgcm: {keys: [{name: a, secret: 'hush!'}]}}"));
        assertFalse(coding.getMessage().contains("hush"));
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> rules("{kms: {name: a}}"))
                        .getMessage()
                        .contains("is not supported"));
        assertThrows(IllegalArgumentException.class, () -> rules("{identity: {}, aescbc: {}}"));
    }
}
