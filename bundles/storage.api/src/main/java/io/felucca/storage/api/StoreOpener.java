package io.felucca.storage.api;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Opens a kind of store for a tool, outside of the platform and while the cluster is stopped. Found
 * by {@link java.util.ServiceLoader}.
 */
@ConsumerType
public interface StoreOpener {

    /** What a configuration calls this kind, such as {@code rocksdb}. */
    String kind();

    /**
     * Opens a store.
     *
     * @param location where it is, as this kind says it: a directory, or URLs
     * @param options what else the configuration says to this kind, without what precedes the last
     *     dot: {@code ca}, {@code cert}, {@code key}
     * @throws IllegalArgumentException if these can't be used
     * @throws StoreException if it can't be opened
     */
    Opened open(String location, Map<String, String> options);

    /** A store that a tool has to itself. */
    interface Opened extends AutoCloseable {
        Store store();

        /**
         * Empties the store and lets its revisions go on above {@code floor}, and above its own.
         * What is read of it before {@link #finishLoad} is not for clients.
         */
        void beginLoad(long floor);

        /**
         * Forgets the history, so that whoever knows an earlier revision learns that it is over.
         */
        void finishLoad();

        @Override
        void close();
    }
}
