package io.felucca.apiserver.cel;

import static io.felucca.apiserver.cel.KubernetesFunctions.TEXT;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.felucca.apiserver.cel.Library.Parameter;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Semantic versions (semver.org 2.0.0). */
final class SemverFunctions {
    private static final CelType SEMVER = OpaqueType.create("kubernetes.Semver");
    private static final Parameter SELF = new Parameter(SEMVER, Semver.class);
    private static final String NUMBER = "(0|[1-9]\\d{0,17})";
    private static final Pattern FORM =
            Pattern.compile(
                    NUMBER
                            + "\\."
                            + NUMBER
                            + "\\."
                            + NUMBER
                            + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?"
                            + "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");

    /** A version without its build, which counts for nothing. */
    private record Semver(long major, long minor, long patch, String before)
            implements Comparable<Semver> {
        static Semver parse(String text) {
            Matcher parts = FORM.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException("\"" + text + "\" is no semantic version");
            }
            return new Semver(
                    Long.parseLong(parts.group(1)),
                    Long.parseLong(parts.group(2)),
                    Long.parseLong(parts.group(3)),
                    parts.group(4) == null ? "" : parts.group(4));
        }

        @Override
        public int compareTo(Semver other) {
            int order = Long.compare(major, other.major);
            order = order == 0 ? Long.compare(minor, other.minor) : order;
            order = order == 0 ? Long.compare(patch, other.patch) : order;
            if (order != 0 || before.equals(other.before)) {
                return order;
            }
            if (before.isEmpty() || other.before.isEmpty()) {
                return before.isEmpty() ? 1 : -1;
            }
            String[] left = before.split("\\.", -1);
            String[] right = other.before.split("\\.", -1);
            for (int i = 0; i < Math.min(left.length, right.length) && order == 0; i++) {
                order = compareParts(left[i], right[i]);
            }
            return order == 0 ? Integer.compare(left.length, right.length) : order;
        }

        /** Numbers come before words. */
        private static int compareParts(String left, String right) {
            boolean leftNumber = left.matches("\\d{1,18}");
            boolean rightNumber = right.matches("\\d{1,18}");
            if (leftNumber && rightNumber) {
                return Long.compare(Long.parseLong(left), Long.parseLong(right));
            }
            return leftNumber != rightNumber ? (leftNumber ? -1 : 1) : left.compareTo(right);
        }
    }

    private SemverFunctions() {}

    static void declare(Library library) {
        library.function(
                "semver",
                "string_to_semver",
                SEMVER,
                arguments -> Semver.parse((String) arguments[0]),
                TEXT);
        library.function(
                "isSemver",
                "is_semver_string",
                SimpleType.BOOL,
                arguments -> FORM.matcher((String) arguments[0]).matches(),
                TEXT);
        number(library, "major");
        number(library, "minor");
        number(library, "patch");
        compare(library, "isLessThan", order -> order < 0);
        compare(library, "isGreaterThan", order -> order > 0);
        library.member(
                "compareTo",
                "semver_compare_to",
                SimpleType.INT,
                arguments -> (long) order(arguments),
                SELF,
                SELF);
    }

    private static void number(Library library, String name) {
        library.member(
                name,
                "semver_" + name,
                SimpleType.INT,
                arguments -> {
                    Semver version = (Semver) arguments[0];
                    return switch (name) {
                        case "major" -> version.major();
                        case "minor" -> version.minor();
                        default -> version.patch();
                    };
                },
                SELF);
    }

    private static void compare(Library library, String name, IntPredicate holds) {
        library.member(
                name,
                "semver_" + name,
                SimpleType.BOOL,
                arguments -> holds.test(order(arguments)),
                SELF,
                SELF);
    }

    private static int order(Object[] arguments) {
        return Integer.signum(((Semver) arguments[0]).compareTo((Semver) arguments[1]));
    }
}
