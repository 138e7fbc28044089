package io.felucca.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;

/** The parameters of the API's operations, in either dialect of OpenAPI. */
enum OpenApiParameters {
    ALLOW_WATCH_BOOKMARKS("allowWatchBookmarks", "boolean", "Whether a watch gets bookmarks."),
    CONTINUE("continue", "string", "Where a list goes on, from the last piece's metadata."),
    DRY_RUN("dryRun", "string", "With the value All, nothing is stored."),
    FIELD_MANAGER("fieldManager", "string", "The name of who makes the change."),
    FIELD_SELECTOR("fieldSelector", "string", "Restricts a list by fields of its objects."),
    FIELD_VALIDATION(
            "fieldValidation",
            "string",
            "What unknown and duplicate fields lead to: Ignore, Warn or Strict."),
    FORCE("force", "boolean", "Whether an apply takes over fields of other managers."),
    GRACE_PERIOD("gracePeriodSeconds", "integer", "How long an object has to end, in seconds."),
    LABEL_SELECTOR("labelSelector", "string", "Restricts a list by labels of its objects."),
    LIMIT("limit", "integer", "How many objects a piece of a list has at most."),
    ORPHAN_DEPENDENTS("orphanDependents", "boolean", "Old form of propagationPolicy."),
    PROPAGATION_POLICY(
            "propagationPolicy",
            "string",
            "What becomes of dependents: Orphan, Background or Foreground."),
    RESOURCE_VERSION("resourceVersion", "string", "Which state of the objects is asked for."),
    RESOURCE_VERSION_MATCH(
            "resourceVersionMatch", "string", "How resourceVersion is taken for a list."),
    SEND_INITIAL_EVENTS(
            "sendInitialEvents", "boolean", "Whether a watch begins with what there is."),
    TIMEOUT_SECONDS("timeoutSeconds", "integer", "How long a watch lasts, in seconds."),
    WATCH("watch", "boolean", "Whether changes are sent as they happen.");

    static final List<OpenApiParameters> OF_LISTS =
            List.of(
                    ALLOW_WATCH_BOOKMARKS,
                    CONTINUE,
                    FIELD_SELECTOR,
                    LABEL_SELECTOR,
                    LIMIT,
                    RESOURCE_VERSION,
                    RESOURCE_VERSION_MATCH,
                    SEND_INITIAL_EVENTS,
                    TIMEOUT_SECONDS,
                    WATCH);
    static final List<OpenApiParameters> OF_WRITES =
            List.of(DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION);
    static final List<OpenApiParameters> OF_PATCHES =
            List.of(DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION, FORCE);
    static final List<OpenApiParameters> OF_DELETES =
            List.of(DRY_RUN, GRACE_PERIOD, ORPHAN_DEPENDENTS, PROPAGATION_POLICY);

    private final String wireName;
    private final String type;
    private final String description;

    OpenApiParameters(String wireName, String type, String description) {
        this.wireName = wireName;
        this.type = type;
        this.description = description;
    }

    static void into(ArrayNode array, List<OpenApiParameters> parameters, boolean v3) {
        for (OpenApiParameters one : parameters) {
            write(array, one.wireName, "query", one.type, one.description, v3);
        }
    }

    /** The variables of a path's template, and what every operation takes. */
    static void ofPath(ArrayNode array, String path, boolean v3) {
        for (String variable : Arrays.asList("name", "namespace", "path")) {
            if (path.contains("{" + variable + "}")) {
                write(array, variable, "path", "string", "The " + variable + ".", v3)
                        .put("required", true);
            }
        }
        write(array, "pretty", "query", "string", "If true, the answer has line breaks.", v3);
    }

    private static ObjectNode write(
            ArrayNode array, String name, String in, String type, String description, boolean v3) {
        ObjectNode parameter = array.addObject();
        parameter.put("name", name);
        parameter.put("in", in);
        parameter.put("description", description);
        ObjectNode typed = v3 ? parameter.putObject("schema") : parameter;
        typed.put("type", type);
        typed.put("uniqueItems", true);
        return parameter;
    }
}
