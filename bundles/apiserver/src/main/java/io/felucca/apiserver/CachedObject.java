package io.felucca.apiserver;

import io.felucca.apiserver.api.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An object as the cache holds it: its bytes with the resourceVersion spliced in, and the few
 * values that selection needs. Immutable but for the memo of a converted form.
 */
final class CachedObject implements StoredObject {
    /** Canonical bytes hold this once before anything a client chose. */
    private static final byte[] METADATA = ascii("\"metadata\":{");

    private static final byte[] VERSION = ascii("\"resourceVersion\":\"");
    private static final byte[] VERSION_END = ascii("\",");

    private final String namespace;
    private final String name;
    private final long revision;
    private final byte[] json;
    private final Extract extract;

    /** The form of another version, made at most once per revision. */
    private volatile ConvertedObject converted;

    private CachedObject(
            String namespace, String name, long revision, byte[] json, Extract extract) {
        this.namespace = namespace;
        this.name = name;
        this.revision = revision;
        this.json = json;
        this.extract = extract;
    }

    /** From stored bytes, which hold no resourceVersion; 0 for what was never stored. */
    static CachedObject of(
            String namespace, String name, long revision, byte[] stored, Extract extract) {
        byte[] json = revision == 0 ? stored : splice(stored, revision);
        return new CachedObject(namespace, name, revision, json, extract);
    }

    /** The same object as an event of this revision shows it. */
    CachedObject atRevision(long other) {
        byte[] bytes = revision == 0 ? splice(json, other) : respliced(json, other);
        return new CachedObject(namespace, name, other, bytes, extract);
    }

    CachedObject withExtract(Extract other) {
        return new CachedObject(namespace, name, revision, json, other);
    }

    static byte[] splice(byte[] stored, long revision) {
        int at = metadataStart(stored);
        return join(stored, at, at, revision);
    }

    /** Replaces the resourceVersion of bytes that {@link #splice} made. */
    static byte[] respliced(byte[] json, long revision) {
        int at = metadataStart(json);
        int end = at + VERSION.length;
        while (json[end] != '"') {
            end++;
        }
        return join(json, at, end + VERSION_END.length, revision);
    }

    private static byte[] join(byte[] json, int headEnd, int tailStart, long revision) {
        byte[] digits = ascii(Long.toString(revision));
        int tail = json.length - tailStart;
        int size = headEnd + VERSION.length + digits.length + VERSION_END.length + tail;
        byte[] spliced = new byte[size];
        System.arraycopy(json, 0, spliced, 0, headEnd);
        int at = headEnd;
        at = append(spliced, at, VERSION);
        at = append(spliced, at, digits);
        at = append(spliced, at, VERSION_END);
        System.arraycopy(json, tailStart, spliced, at, tail);
        return spliced;
    }

    private static int append(byte[] to, int at, byte[] part) {
        System.arraycopy(part, 0, to, at, part.length);
        return at + part.length;
    }

    private static int metadataStart(byte[] json) {
        for (int i = 0; i + METADATA.length <= json.length; i++) {
            if (matches(json, i)) {
                return i + METADATA.length;
            }
        }
        throw new IllegalStateException("a stored object has no metadata");
    }

    private static boolean matches(byte[] json, int at) {
        for (int i = 0; i < METADATA.length; i++) {
            if (json[at + i] != METADATA[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The value of a selectable field by its place in the resource's {@link FieldSet}. */
    String field(int index) {
        return index < extract.fields().length ? extract.fields()[index] : "";
    }

    Extract extract() {
        return extract;
    }

    ConvertedObject converted() {
        return converted;
    }

    void remember(ConvertedObject form) {
        converted = form;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String uid() {
        return extract.uid();
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public byte[] json() {
        return json;
    }

    @Override
    public Map<String, String> labels() {
        return extract.labels();
    }

    @Override
    public List<String> ownerUids() {
        return extract.ownerUids();
    }

    @Override
    public String toString() {
        return namespace + "/" + name + "@" + revision;
    }
}
