package io.felucca.apiserver.audit;

/** Where events go. Never blocks; what it can't take, it drops and counts. */
interface Backend extends AutoCloseable {
    /**
     * @param event compact JSON of one event; not to be written to
     */
    void take(byte[] event);

    /** Lets what was taken come to where it goes, for a moment. */
    @Override
    void close();
}
