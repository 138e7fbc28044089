package io.felucca.metrics;

import java.math.BigDecimal;

/** Numbers as upstream's Go writes them, so that bounds of buckets compare equal. */
final class Numbers {
    private Numbers() {}

    /** The shortest form; in OpenMetrics, bounds are recognizable as fractions. */
    static String bound(double value, Format format) {
        String text = text(value);
        boolean plain = format == Format.OPEN_METRICS && text.matches("-?[0-9]+");
        return plain ? text + ".0" : text;
    }

    static String text(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e6) {
            return Long.toString((long) value);
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        String sign = value < 0 ? "-" : "";
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String size = Integer.toString(Math.abs(exponent));
        return sign
                + digits.charAt(0)
                + fraction
                + (exponent < 0 ? "e-" : "e+")
                + (size.length() < 2 ? "0" : "")
                + size;
    }
}
