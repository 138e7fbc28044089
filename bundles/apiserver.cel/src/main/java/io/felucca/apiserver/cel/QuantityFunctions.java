package io.felucca.apiserver.cel;

import static io.felucca.apiserver.cel.KubernetesFunctions.INTEGER;
import static io.felucca.apiserver.cel.KubernetesFunctions.TEXT;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.felucca.apiserver.cel.Library.Body;
import io.felucca.apiserver.cel.Library.Parameter;
import io.felucca.machinery.Quantity;
import java.math.BigDecimal;
import java.util.function.BinaryOperator;
import java.util.function.IntPredicate;

/** Quantities such as {@code 1500m} and {@code 2Gi}, by their exact value. */
final class QuantityFunctions {
    private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    private static final Parameter SELF = new Parameter(QUANTITY, Amount.class);

    /** Equal amounts are equal however they are written. */
    private record Amount(BigDecimal value) {
        static Amount of(BigDecimal value) {
            return new Amount(value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros());
        }

        static Amount parse(String text) {
            return of(Quantity.parse(text).amount());
        }

        boolean isWhole() {
            return value.scale() <= 0 && value.toBigInteger().bitLength() < 64;
        }
    }

    private QuantityFunctions() {}

    static void declare(Library library) {
        library.function(
                "quantity",
                "string_to_quantity",
                QUANTITY,
                arguments -> Amount.parse((String) arguments[0]),
                TEXT);
        library.function(
                "isQuantity",
                "is_quantity_string",
                SimpleType.BOOL,
                arguments -> isQuantity((String) arguments[0]),
                TEXT);
        member(library, "sign", SimpleType.INT, one -> (long) one.value().signum());
        member(library, "isInteger", SimpleType.BOOL, Amount::isWhole);
        member(library, "asInteger", SimpleType.INT, QuantityFunctions::integer);
        member(library, "asApproximateFloat", SimpleType.DOUBLE, one -> one.value().doubleValue());
        arithmetic(library, "add", BigDecimal::add);
        arithmetic(library, "sub", BigDecimal::subtract);
        compare(library, "isLessThan", order -> order < 0);
        compare(library, "isGreaterThan", order -> order > 0);
        library.member(
                "compareTo",
                "quantity_compare_to",
                SimpleType.INT,
                arguments -> (long) order(arguments),
                SELF,
                SELF);
    }

    private static void member(
            Library library,
            String name,
            CelType result,
            java.util.function.Function<Amount, Object> body) {
        Body apply = arguments -> body.apply((Amount) arguments[0]);
        library.member(name, "quantity_" + name, result, apply, SELF);
    }

    private static void arithmetic(
            Library library, String name, BinaryOperator<BigDecimal> operator) {
        library.member(
                name,
                "quantity_" + name,
                QUANTITY,
                arguments ->
                        Amount.of(
                                operator.apply(
                                        ((Amount) arguments[0]).value(),
                                        ((Amount) arguments[1]).value())),
                SELF,
                SELF);
        library.member(
                name,
                "quantity_" + name + "_int",
                QUANTITY,
                arguments ->
                        Amount.of(
                                operator.apply(
                                        ((Amount) arguments[0]).value(),
                                        BigDecimal.valueOf((Long) arguments[1]))),
                SELF,
                INTEGER);
    }

    private static void compare(Library library, String name, IntPredicate holds) {
        library.member(
                name,
                "quantity_" + name,
                SimpleType.BOOL,
                arguments -> holds.test(order(arguments)),
                SELF,
                SELF);
    }

    private static int order(Object[] arguments) {
        return ((Amount) arguments[0]).value().compareTo(((Amount) arguments[1]).value());
    }

    private static long integer(Amount amount) {
        if (!amount.isWhole()) {
            throw new IllegalArgumentException("cannot convert value to integer");
        }
        return amount.value().longValueExact();
    }

    private static boolean isQuantity(String text) {
        try {
            Amount unused = Amount.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
