package io.felucca.itests.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One measured value beside its limit and its target.
 *
 * @param unit of both values
 * @param limit NaN where there is none but the target
 * @param more what else is worth knowing, by name
 */
record Figure(
        String name,
        String unit,
        double measured,
        double limit,
        Target target,
        Map<String, Double> more) {

    static Figure of(String name, String unit, double measured, double limit, Target target) {
        return new Figure(name, unit, measured, limit, target, Map.of());
    }

    /** The same with one value more. */
    Figure and(String what, double value) {
        Map<String, Double> all = new LinkedHashMap<>(more);
        all.put(what, value);
        return new Figure(name, unit, measured, limit, target, all);
    }

    double ratio() {
        return measured / limit;
    }

    boolean isMet() {
        return target.isMet(measured, ratio());
    }
}
