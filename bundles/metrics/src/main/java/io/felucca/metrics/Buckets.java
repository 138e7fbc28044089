package io.felucca.metrics;

import java.util.Arrays;

/** The bounds of a histogram, in the unit that it shows. Immutable. */
public final class Buckets {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double[] bounds;
    private final double smallPerUnit;

    private Buckets(double[] bounds, double smallPerUnit) {
        for (int i = 1; i < bounds.length; i++) {
            if (bounds[i] <= bounds[i - 1]) {
                throw new IllegalArgumentException("bounds must grow: " + Arrays.toString(bounds));
            }
        }
        this.bounds = bounds;
        this.smallPerUnit = smallPerUnit;
    }

    /** Of durations: observed in nanoseconds, shown in seconds. */
    public static Buckets seconds(double... bounds) {
        return new Buckets(bounds.clone(), NANOS_PER_SECOND);
    }

    /** Of plain numbers, such as bytes. */
    public static Buckets numbers(double... bounds) {
        return new Buckets(bounds.clone(), 1);
    }

    /** These durations: the first, and each so many times the one before. */
    public static Buckets exponentialSeconds(double first, double factor, int count) {
        return new Buckets(exponential(first, factor, count), NANOS_PER_SECOND);
    }

    /** These numbers: the first, and each so many times the one before. */
    public static Buckets exponentialNumbers(double first, double factor, int count) {
        return new Buckets(exponential(first, factor, count), 1);
    }

    private static double[] exponential(double first, double factor, int count) {
        double[] bounds = new double[count];
        double next = first;
        for (int i = 0; i < count; i++) {
            bounds[i] = next;
            next *= factor;
        }
        return bounds;
    }

    double bound(int index) {
        return bounds[index];
    }

    double smallPerUnit() {
        return smallPerUnit;
    }

    long[] small() {
        long[] small = new long[bounds.length];
        for (int i = 0; i < small.length; i++) {
            small[i] = (long) Math.floor(bounds[i] * smallPerUnit);
        }
        return small;
    }
}
