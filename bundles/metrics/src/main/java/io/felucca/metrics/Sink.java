package io.felucca.metrics;

/** Takes what is counted only when somebody looks. */
public interface Sink {
    /**
     * @param labels values in the order of the family's names
     */
    void value(long value, String... labels);

    /**
     * @param labels values in the order of the family's names
     */
    void value(double value, String... labels);

    /** Of a summary. */
    void summary(long count, double sum, String... labels);
}
