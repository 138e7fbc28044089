package io.felucca.machinery;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Objects;

/**
 * An amount of a resource such as {@code 500m}, {@code 64Mi} or {@code 1e3}, precise to the
 * billionth. Prints in upstream's canonical form: {@code 0.5} as {@code 500m}, {@code 1024Mi} as
 * {@code 1Gi}. Equal if the amounts are, whatever the notation. Immutable.
 */
public final class Quantity implements Comparable<Quantity> {

    /** The family of suffixes that an amount was written in and prints in. */
    public enum Format {
        DECIMAL_SI,
        BINARY_SI,
        DECIMAL_EXPONENT
    }

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

    private static final String WRONG_FORMAT =
            "quantities must match the regular expression"
                    + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private static final String WRONG_NUMBER = "unable to parse numeric part of quantity";
    private static final String WRONG_SUFFIX = "unable to parse quantity's suffix";

    private static final String DECIMAL_SUFFIXES = "num kMGTPE";
    private static final String BINARY_SUFFIXES = " KMGTPE";
    private static final int NANO = 9;
    private static final int MAX_LENGTH = 64;
    private static final BigDecimal MAXIMUM = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal THOUSAND_TWENTY_FOUR = BigDecimal.valueOf(1024);

    private final BigDecimal amount;
    private final Format format;

    private Quantity(BigDecimal amount, Format format) {
        this.amount = amount;
        this.format = format;
    }

    public static Quantity of(long amount) {
        return new Quantity(BigDecimal.valueOf(amount), Format.DECIMAL_SI);
    }

    /** An amount of bytes, which prints with Ki, Mi and so on where that is exact. */
    public static Quantity ofBytes(long bytes) {
        return new Quantity(BigDecimal.valueOf(bytes), Format.BINARY_SI);
    }

    public static Quantity ofMillis(long millis) {
        return new Quantity(BigDecimal.valueOf(millis, 3), Format.DECIMAL_SI);
    }

    /** Reads a string or a number of a manifest; missing and null are zero. */
    public static Quantity fromJson(JsonNode node) {
        return node == null || node.isMissingNode() || node.isNull()
                ? ZERO
                : parse(node.isNumber() ? node.asText() : node.textValue());
    }

    /**
     * Parses an amount; digits beyond the billionth are rounded away from zero, and what exceeds a
     * long is capped.
     *
     * @throws IllegalArgumentException with upstream's words
     */
    public static Quantity parse(String text) {
        String trimmed = text == null ? "" : text.strip();
        int digitsEnd = 0;
        int dots = 0;
        int digits = 0;
        int length = trimmed.length();
        if (length > 0 && (trimmed.charAt(0) == '+' || trimmed.charAt(0) == '-')) {
            digitsEnd++;
        }
        for (; digitsEnd < length; digitsEnd++) {
            char c = trimmed.charAt(digitsEnd);
            if (c == '.') {
                dots++;
            } else if (c >= '0' && c <= '9') {
                digits++;
            } else {
                break;
            }
        }
        if (dots + digits == 0) {
            throw new IllegalArgumentException(WRONG_FORMAT);
        }
        if (dots > 1 || digits == 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException(dots > 1 ? WRONG_FORMAT : WRONG_NUMBER);
        }
        return withSuffix(
                new BigDecimal(trimmed.substring(0, digitsEnd)), trimmed.substring(digitsEnd));
    }

    private static Quantity withSuffix(BigDecimal number, String suffix) {
        if (suffix.isEmpty()) {
            return bounded(number, Format.DECIMAL_SI);
        }
        char first = suffix.charAt(0);
        if (suffix.length() == 1 && first != ' ') {
            int place = DECIMAL_SUFFIXES.indexOf(first);
            if (place >= 0) {
                return bounded(number.scaleByPowerOfTen(3 * (place - 3)), Format.DECIMAL_SI);
            }
        } else if (suffix.length() == 2 && suffix.charAt(1) == 'i') {
            int power = BINARY_SUFFIXES.indexOf(first);
            if (power > 0) {
                return bounded(number.multiply(THOUSAND_TWENTY_FOUR.pow(power)), Format.BINARY_SI);
            }
        }
        if ((first == 'e' || first == 'E') && isExponent(suffix)) {
            return bounded(
                    number.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1))),
                    Format.DECIMAL_EXPONENT);
        }
        throw new IllegalArgumentException(
                suffix.matches("[eEinumkKMGTP]*[-+]?[0-9]*") ? WRONG_SUFFIX : WRONG_FORMAT);
    }

    /** At most four digits, so that no input makes a number of gigabytes. */
    private static boolean isExponent(String suffix) {
        return suffix.matches("[eE][-+]?[0-9]{1,4}");
    }

    private static Quantity bounded(BigDecimal number, Format format) {
        BigDecimal amount = number;
        if (amount.scale() > NANO) {
            amount = amount.setScale(NANO, RoundingMode.UP);
        }
        if (amount.compareTo(MAXIMUM) > 0) {
            amount = MAXIMUM;
        }
        boolean fraction = amount.signum() > 0 && amount.compareTo(BigDecimal.ONE) < 0;
        return new Quantity(
                amount, format == Format.BINARY_SI && fraction ? Format.DECIMAL_SI : format);
    }

    public static boolean isValid(String text) {
        try {
            parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The amount rounded up to a whole number, capped at the bounds of a long. */
    public long value() {
        return ceiling(amount);
    }

    /** The amount in thousandths, rounded up, capped at the bounds of a long. */
    public long milliValue() {
        return ceiling(amount.scaleByPowerOfTen(3));
    }

    private static long ceiling(BigDecimal number) {
        BigInteger whole = number.setScale(0, RoundingMode.CEILING).toBigInteger();
        if (whole.bitLength() > 63) {
            return whole.signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return whole.longValue();
    }

    public BigDecimal amount() {
        return amount;
    }

    public Format format() {
        return format;
    }

    public int signum() {
        return amount.signum();
    }

    /** The sum, in the notation of this one unless this one is zero. */
    public Quantity add(Quantity other) {
        return new Quantity(amount.add(other.amount), signum() == 0 ? other.format : format);
    }

    public Quantity subtract(Quantity other) {
        return new Quantity(amount.subtract(other.amount), signum() == 0 ? other.format : format);
    }

    public Quantity negate() {
        return new Quantity(amount.negate(), format);
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity that && amount.compareTo(that.amount) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(amount.stripTrailingZeros());
    }

    /** The canonical form, which parses to an equal amount of the same notation where it can. */
    @Override
    public String toString() {
        if (amount.signum() == 0) {
            return "0";
        }
        if (format == Format.BINARY_SI
                && amount.abs().compareTo(THOUSAND_TWENTY_FOUR) >= 0
                && amount.stripTrailingZeros().scale() <= 0) {
            return binary();
        }
        BigDecimal stripped = amount.stripTrailingZeros();
        int exponent = Math.floorDiv(-stripped.scale(), 3) * 3;
        String mantissa = stripped.scaleByPowerOfTen(-exponent).toBigIntegerExact().toString();
        if (exponent == 0) {
            return mantissa;
        }
        return format == Format.DECIMAL_EXPONENT
                ? mantissa + "e" + exponent
                : mantissa + DECIMAL_SUFFIXES.charAt(exponent / 3 + 3);
    }

    private String binary() {
        BigInteger whole = amount.toBigIntegerExact();
        int power = 0;
        while (power < BINARY_SUFFIXES.length() - 1 && whole.getLowestSetBit() >= 10) {
            whole = whole.shiftRight(10);
            power++;
        }
        return power == 0 ? whole.toString() : whole + "" + BINARY_SUFFIXES.charAt(power) + "i";
    }
}
