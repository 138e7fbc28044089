package io.felucca.metrics;

/** The values under one combination of labels. */
interface Series {
    void write(Lines lines);
}
