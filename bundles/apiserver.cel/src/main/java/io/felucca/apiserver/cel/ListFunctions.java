package io.felucca.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import io.felucca.apiserver.cel.Library.Parameter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code isSorted}, {@code sum}, {@code min}, {@code max}, {@code indexOf}, {@code lastIndexOf}.
 */
final class ListFunctions {
    private static final Map<String, CelType> COMPARABLE =
            Map.of(
                    "int", SimpleType.INT,
                    "double", SimpleType.DOUBLE,
                    "bool", SimpleType.BOOL,
                    "string", SimpleType.STRING,
                    "duration", SimpleType.DURATION,
                    "timestamp", SimpleType.TIMESTAMP);
    private static final CelType ANY = TypeParamType.create("T");

    private ListFunctions() {}

    static void declare(Library library) {
        Parameter anyList = new Parameter(ListType.create(ANY), List.class);
        Parameter any = new Parameter(ANY, Object.class);
        COMPARABLE.forEach(
                (name, type) -> {
                    Parameter list = new Parameter(ListType.create(type), List.class);
                    library.member(
                            "isSorted",
                            "list_" + name + "_is_sorted_bool",
                            SimpleType.BOOL,
                            arguments -> isSorted((List<?>) arguments[0]),
                            list);
                    library.member(
                            "min",
                            "list_" + name + "_min_" + name,
                            type,
                            arguments -> extreme((List<?>) arguments[0], -1),
                            list);
                    library.member(
                            "max",
                            "list_" + name + "_max_" + name,
                            type,
                            arguments -> extreme((List<?>) arguments[0], 1),
                            list);
                });
        sum(library, "int", SimpleType.INT);
        sum(library, "double", SimpleType.DOUBLE);
        sum(library, "duration", SimpleType.DURATION);
        library.member(
                "indexOf",
                "list_a_index_of_int",
                SimpleType.INT,
                arguments -> (long) ((List<?>) arguments[0]).indexOf(arguments[1]),
                anyList,
                any);
        library.member(
                "lastIndexOf",
                "list_a_last_index_of_int",
                SimpleType.INT,
                arguments -> (long) ((List<?>) arguments[0]).lastIndexOf(arguments[1]),
                anyList,
                any);
    }

    private static void sum(Library library, String name, CelType type) {
        library.member(
                "sum",
                "list_" + name + "_sum_" + name,
                type,
                arguments -> sum((List<?>) arguments[0], name),
                new Parameter(ListType.create(type), List.class));
    }

    private static Object sum(List<?> list, String name) {
        return switch (name) {
            case "int" -> {
                long sum = 0;
                for (Object one : list) {
                    sum = Math.addExact(sum, (Long) one);
                }
                yield sum;
            }
            case "double" -> {
                double sum = 0;
                for (Object one : list) {
                    sum += (Double) one;
                }
                yield sum;
            }
            default -> {
                Duration sum = Duration.ZERO;
                for (Object one : list) {
                    sum = sum.plus((Duration) one);
                }
                yield sum;
            }
        };
    }

    private static boolean isSorted(List<?> list) {
        for (int i = 1; i < list.size(); i++) {
            if (compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object extreme(List<?> list, int sign) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException(
                    (sign < 0 ? "min" : "max") + " called on empty list");
        }
        Object best = list.get(0);
        for (Object one : list) {
            best = compare(one, best) * sign > 0 ? one : best;
        }
        return best;
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object left, Object right) {
        return ((Comparable<Object>) left).compareTo(right);
    }
}
