package io.felucca.apiserver.api;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One object at one revision, as bytes. Immutable and shared: by cache, lists, watches and clients.
 */
@ProviderType
public interface StoredObject {
    String namespace();

    String name();

    String uid();

    /** The resourceVersion; as a number, since here it is one. */
    long revision();

    /** The whole object as compact JSON with its resourceVersion. Not to be written to. */
    byte[] json();

    Map<String, String> labels();

    /** UIDs of the owners. */
    java.util.List<String> ownerUids();
}
