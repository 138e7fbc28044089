package io.felucca.storage.backup;

import io.felucca.storage.api.Store;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * All that a store held at one revision, in a file: compressed; a first line that says what it is;
 * for each key its length, the key, the value's length, the value; a length of 0; then revision,
 * count and hash as text. A file without this end, or with another hash, is damaged.
 */
final class Snapshot {
    private static final String FIRST_LINE = "felucca-store-snapshot 1";

    private Snapshot() {}

    /** Writes what the store holds now to a new file that only its owner may read. */
    static Contents.Summary write(Store store, Path file) throws IOException {
        try (OutputStream raw =
                        Files.newOutputStream(
                                Files.createFile(
                                        file,
                                        PosixFilePermissions.asFileAttribute(
                                                PosixFilePermissions.fromString("rw-------"))),
                                Set.of(StandardOpenOption.WRITE)
                                        .toArray(StandardOpenOption[]::new));
                DataOutputStream out =
                        new DataOutputStream(
                                new BufferedOutputStream(new GZIPOutputStream(raw), 1 << 16))) {
            out.writeUTF(FIRST_LINE);
            Contents.Summary summary =
                    Contents.read(
                            store,
                            (key, value) -> {
                                byte[] name = key.getBytes(StandardCharsets.US_ASCII);
                                out.writeInt(name.length);
                                out.write(name);
                                out.writeInt(value.length);
                                out.write(value);
                            });
            out.writeInt(0);
            out.writeLong(summary.revision());
            out.writeLong(summary.count());
            out.writeUTF(summary.sha256());
            return summary;
        }
    }

    /**
     * Reads a file to its end.
     *
     * @throws IOException if it is damaged; then all that the sink got is to be thrown away
     */
    static Contents.Summary read(Path file, Contents.Sink sink) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in =
                        new DataInputStream(
                                new BufferedInputStream(new GZIPInputStream(raw), 1 << 16))) {
            if (!in.readUTF().equals(FIRST_LINE)) {
                throw damaged(file, "it does not begin as one of this version", null);
            }
            Contents contents = new Contents();
            for (int length = in.readInt(); length > 0; length = in.readInt()) {
                String key = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
                int size = in.readInt();
                byte[] value = in.readNBytes(size);
                if (value.length < size) {
                    throw new EOFException();
                }
                contents.add(key, value);
                sink.take(key, value);
            }
            long revision = in.readLong();
            Contents.Summary found = contents.summary(revision);
            Contents.Summary said = new Contents.Summary(revision, in.readLong(), in.readUTF());
            if (in.read() >= 0) {
                throw damaged(file, "something follows its end", null);
            }
            if (!found.same(said)) {
                throw damaged(file, "it holds " + found + ", but says " + said, null);
            }
            return found;
        } catch (EOFException | ZipException broken) {
            throw damaged(file, "it is cut off or no such file", broken);
        }
    }

    private static IOException damaged(Path file, String how, IOException cause) {
        return new IOException("snapshot " + file + " is damaged: " + how, cause);
    }
}
