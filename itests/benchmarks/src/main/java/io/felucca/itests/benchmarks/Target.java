package io.felucca.itests.benchmarks;

import java.util.Locale;

/**
 * What is wanted of a figure.
 *
 * @param ofRatio whether it is about the ratio to the limit, not about the figure itself
 * @param least whether the value is the least wanted, not the most
 */
record Target(boolean ofRatio, boolean least, double value) {
    static Target atLeast(double value) {
        return new Target(false, true, value);
    }

    static Target atMost(double value) {
        return new Target(false, false, value);
    }

    static Target ratioAtLeast(double value) {
        return new Target(true, true, value);
    }

    static Target ratioAtMost(double value) {
        return new Target(true, false, value);
    }

    boolean isMet(double measured, double ratio) {
        double judged = ofRatio ? ratio : measured;
        return least ? judged >= value : judged <= value;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s%s %s",
                ofRatio ? "ratio " : "",
                least ? "at least" : "at most",
                value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value));
    }
}
