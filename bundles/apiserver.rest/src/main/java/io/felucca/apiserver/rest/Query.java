package io.felucca.apiserver.rest;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A request's query, decoded, with the options that upstream knows. Immutable. */
final class Query {
    static final Query NONE = new Query(Map.of());

    private static final int MAX_FIELD_MANAGER_LENGTH = 128;

    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    static Query parse(String rawQuery) {
        if (rawQuery.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : rawQuery.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
            }
        }
        return new Query(values);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The first value, or empty. */
    String text(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.get(0);
    }

    List<String> texts(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** As upstream reads them: anything but {@code false} and {@code 0} is true. */
    boolean flag(String name) {
        if (!has(name)) {
            return false;
        }
        String value = text(name).toLowerCase(Locale.ROOT);
        return !value.equals("false") && !value.equals("0");
    }

    OptionalLong number(String name) {
        String value = text(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw ApiException.badRequest(
                    "strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
        }
    }

    Optional<String> resourceVersion() {
        String value = text("resourceVersion");
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /**
     * @param kind {@code CreateOptions} and so on, for messages
     * @param userAgent names the field manager where the query does not
     */
    ApiRequest.Options writeOptions(String kind, String userAgent, boolean apply) {
        List<FieldError> errors = new ArrayList<>();
        boolean dryRun = dryRun(errors);
        String manager = text("fieldManager");
        if (manager.length() > MAX_FIELD_MANAGER_LENGTH) {
            errors.add(FieldError.tooLong("fieldManager", MAX_FIELD_MANAGER_LENGTH));
        }
        if (kind.equals("PatchOptions")) {
            if (apply && manager.isEmpty()) {
                errors.add(FieldError.required("fieldManager", "is required for apply patch"));
            } else if (!apply && has("force")) {
                errors.add(
                        FieldError.forbidden("force", "may not be specified for non-apply patch"));
            }
        }
        ApiRequest.FieldValidation validation = fieldValidation(errors);
        if (!errors.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", kind, "", errors);
        }
        return new ApiRequest.Options(
                dryRun,
                validation,
                manager.isEmpty() ? managerOf(userAgent) : manager,
                flag("force"));
    }

    /** The options of a list or, with {@code watch}, of a watch. */
    ListOptions listOptions(boolean watch, String name) {
        String match = text("resourceVersionMatch");
        List<FieldError> errors = new ArrayList<>();
        checkMatch(watch, match, errors);
        if (!errors.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", "ListOptions", "", errors);
        }
        long limit = number("limit").orElse(0);
        long timeout = number("timeoutSeconds").orElse(0);
        return new ListOptions(
                text("labelSelector"),
                selectName(text("fieldSelector"), name),
                text("resourceVersion"),
                match,
                (int) Math.max(0, Math.min(limit, Integer.MAX_VALUE)),
                text("continue"),
                flag("allowWatchBookmarks"),
                flag("sendInitialEvents"),
                (int) Math.max(0, Math.min(timeout, Integer.MAX_VALUE)));
    }

    private void checkMatch(boolean watch, String match, List<FieldError> errors) {
        boolean initial = has("sendInitialEvents");
        if (!watch && initial) {
            errors.add(
                    FieldError.forbidden(
                            "sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        if (watch && initial && !match.equals("NotOlderThan")) {
            errors.add(
                    FieldError.forbidden(
                            "resourceVersionMatch",
                            "sendInitialEvents requires setting resourceVersionMatch to"
                                    + " NotOlderThan"));
        } else if (watch && !initial && !match.isEmpty()) {
            errors.add(
                    FieldError.forbidden(
                            "resourceVersionMatch",
                            "resourceVersionMatch is forbidden for watch unless"
                                    + " sendInitialEvents is provided"));
        } else if (!match.isEmpty() && !match.equals("Exact") && !match.equals("NotOlderThan")) {
            errors.add(
                    FieldError.notSupported(
                            "resourceVersionMatch", match, List.of("Exact", "NotOlderThan", "")));
        } else if (!watch && !match.isEmpty() && !has("resourceVersion")) {
            errors.add(
                    FieldError.forbidden(
                            "resourceVersionMatch",
                            "resourceVersionMatch is forbidden unless resourceVersion is"
                                    + " provided"));
        }
    }

    private boolean dryRun(List<FieldError> errors) {
        for (String value : texts("dryRun")) {
            if (!value.equals("All") && !value.isEmpty()) {
                errors.add(FieldError.notSupported("dryRun", value, List.of("All")));
            }
        }
        return texts("dryRun").contains("All");
    }

    private ApiRequest.FieldValidation fieldValidation(List<FieldError> errors) {
        String value = text("fieldValidation");
        for (ApiRequest.FieldValidation one : ApiRequest.FieldValidation.values()) {
            if (one.name().equals(value)) {
                return one;
            }
        }
        if (!value.isEmpty()) {
            errors.add(
                    FieldError.notSupported(
                            "fieldValidation", value, List.of("", "Ignore", "Strict", "Warn")));
        }
        return ApiRequest.FieldValidation.Warn;
    }

    private static String selectName(String fieldSelector, String name) {
        if (name.isEmpty()) {
            return fieldSelector;
        }
        String own = "metadata.name=" + name;
        return fieldSelector.isEmpty() ? own : fieldSelector + "," + own;
    }

    private static String managerOf(String userAgent) {
        int slash = userAgent.indexOf('/');
        String name = slash < 0 ? userAgent : userAgent.substring(0, slash);
        if (name.isEmpty()) {
            return "unknown";
        }
        return name.length() <= MAX_FIELD_MANAGER_LENGTH
                ? name
                : name.substring(0, MAX_FIELD_MANAGER_LENGTH);
    }

    private static String decode(String encoded) {
        if (encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0) {
            return encoded;
        }
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("invalid URL escape in query \"" + encoded + "\"");
        }
    }
}
