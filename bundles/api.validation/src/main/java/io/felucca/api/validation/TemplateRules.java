package io.felucca.api.validation;

import java.util.List;

/** The pod template of a workload. */
public final class TemplateRules {
    private TemplateRules() {}

    /** Labels, annotations and the spec. */
    public static void template(Field template) {
        LabelRules.labels(template.at("metadata", "labels"));
        LabelRules.annotations(template.at("metadata", "annotations"));
        PodRules.spec(template.at("spec"));
        if (template.at("spec", "ephemeralContainers").filled()) {
            template.at("spec", "ephemeralContainers")
                    .forbidden("ephemeral containers not allowed in pod template");
        }
    }

    /**
     * The template of a workload whose pods never finish, and the selector that must find them.
     *
     * @param kind as upstream's messages call it, such as {@code ReplicaSet}
     * @param lowerKind as they call it where the selector is empty, such as {@code deployment}
     */
    public static void ofWorkload(Field selector, Field template, String kind, String lowerKind) {
        if (!requireSelector(selector, lowerKind)) {
            // Upstream looks no further then, either.
            selector.invalid("invalid label selector");
            return;
        }
        selects(selector, template);
        template(template);
        Field policy = template.at("spec", "restartPolicy");
        if (List.of("OnFailure", "Never").contains(policy.text())) {
            policy.notSupported(List.of("Always"));
        }
        if (template.at("spec").has("activeDeadlineSeconds")) {
            template.at("spec", "activeDeadlineSeconds")
                    .forbidden("activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }

    /**
     * A selector that does not find the template's pods would create pods without end. None at all
     * finds none; an empty one finds all and is a matter of its own.
     */
    public static void selects(Field selector, Field template) {
        Field labels = template.at("metadata", "labels");
        boolean everything = selector.present() && LabelRules.isEmpty(selector);
        if (!everything && !LabelRules.selects(selector.node(), labels.node())) {
            labels.invalid(
                    labels.present() ? labels.node() : null,
                    "`selector` does not match template `labels`");
        }
    }

    /** A required label selector that selects something; says whether its syntax is right. */
    private static boolean requireSelector(Field selector, String kind) {
        if (!selector.present()) {
            selector.required("");
            return true;
        }
        int before = selector.problems().size();
        LabelRules.selector(selector);
        boolean valid = selector.problems().size() == before;
        if (LabelRules.isEmpty(selector)) {
            selector.invalid("empty selector is invalid for " + kind);
        }
        return valid;
    }
}
