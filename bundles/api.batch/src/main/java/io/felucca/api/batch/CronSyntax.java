package io.felucca.api.batch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The syntax of schedules: five fields, or a descriptor such as {@code @daily}. */
final class CronSyntax {
    private static final Set<String> DESCRIPTORS =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final Pattern DURATION =
            Pattern.compile("([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+");
    private static final List<String> MONTHS =
            List.of(
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec");
    private static final List<String> DAYS =
            List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /** The bounds of a field, with names that count from {@code least}. */
    private record Bounds(int least, int most, List<String> names) {}

    private static final List<Bounds> FIELDS =
            List.of(
                    new Bounds(0, 59, List.of()),
                    new Bounds(0, 23, List.of()),
                    new Bounds(1, 31, List.of()),
                    new Bounds(1, 12, MONTHS),
                    new Bounds(0, 6, DAYS));

    private CronSyntax() {}

    /** What is wrong, in the words of the library that upstream uses; empty if nothing is. */
    static Optional<String> problem(String schedule) {
        try {
            check(schedule);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static void check(String schedule) {
        if (schedule.startsWith("@")) {
            descriptor(schedule);
            return;
        }
        String[] fields = schedule.isBlank() ? new String[0] : schedule.strip().split("\\s+");
        if (fields.length != FIELDS.size()) {
            throw new IllegalArgumentException(
                    "expected exactly 5 fields, found "
                            + fields.length
                            + ": ["
                            + String.join(" ", fields)
                            + "]");
        }
        for (int i = 0; i < fields.length; i++) {
            for (String range : Arrays.asList(fields[i].split(","))) {
                range(range, FIELDS.get(i));
            }
        }
    }

    private static void descriptor(String text) {
        if (text.startsWith("@every ")) {
            String duration = text.substring("@every ".length());
            if (!DURATION.matcher(duration).matches()) {
                throw new IllegalArgumentException(
                        "failed to parse duration "
                                + text
                                + ": time: invalid duration \""
                                + duration
                                + "\"");
            }
        } else if (!DESCRIPTORS.contains(text)) {
            throw new IllegalArgumentException("unrecognized descriptor: " + text);
        }
    }

    private static void range(String text, Bounds bounds) {
        String[] stepped = text.split("/", -1);
        if (stepped.length > 2) {
            throw new IllegalArgumentException("too many slashes: " + text);
        }
        String[] ends = stepped[0].split("-", -1);
        int start;
        int end;
        if (ends[0].equals("*") || ends[0].equals("?")) {
            start = bounds.least();
            end = bounds.most();
        } else if (ends.length > 2) {
            throw new IllegalArgumentException("too many hyphens: " + text);
        } else {
            start = number(ends[0], bounds);
            end = ends.length == 2 ? number(ends[1], bounds) : start;
            end = ends.length == 1 && stepped.length == 2 ? bounds.most() : end;
        }
        if (stepped.length == 2 && number(stepped[1], new Bounds(0, 0, List.of())) == 0) {
            throw new IllegalArgumentException(
                    "step of range should be a positive number: " + text);
        }
        within(text, start, end, bounds);
    }

    private static void within(String text, int start, int end, Bounds bounds) {
        if (start < bounds.least()) {
            throw new IllegalArgumentException(
                    "beginning of range ("
                            + start
                            + ") below minimum ("
                            + bounds.least()
                            + "): "
                            + text);
        }
        if (end > bounds.most()) {
            throw new IllegalArgumentException(
                    "end of range (" + end + ") above maximum (" + bounds.most() + "): " + text);
        }
        if (start > end) {
            throw new IllegalArgumentException(
                    "beginning of range ("
                            + start
                            + ") beyond end of range ("
                            + end
                            + "): "
                            + text);
        }
    }

    private static int number(String text, Bounds bounds) {
        int named = bounds.names().indexOf(text.toLowerCase(Locale.ROOT));
        if (named >= 0) {
            return named + bounds.least();
        }
        if (text.isEmpty()
                || text.length() > 9
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(
                    "failed to parse int from "
                            + text
                            + ": strconv.Atoi: parsing \""
                            + text
                            + "\": invalid syntax");
        }
        return Integer.parseInt(text);
    }
}
