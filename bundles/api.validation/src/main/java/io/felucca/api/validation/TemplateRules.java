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
     */
    public static void ofWorkload(Field selector, Field template, String kind) {
        selects(selector, template);
        template(template);
        Field policy = template.at("spec", "restartPolicy");
        if (policy.filled()
                && !policy.text().equals("Always")
                && List.of("OnFailure", "Never").contains(policy.text())) {
            policy.notSupported(List.of("Always"));
        }
        if (template.at("spec").has("activeDeadlineSeconds")) {
            template.at("spec", "activeDeadlineSeconds")
                    .forbidden("activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }

    /** A selector that does not find the template's pods would create pods without end. */
    public static void selects(Field selector, Field template) {
        Field labels = template.at("metadata", "labels");
        if (selector.present()
                && !LabelRules.isEmpty(selector)
                && !LabelRules.selects(selector.node(), labels.node())) {
            labels.invalid(
                    labels.present() ? labels.node() : null,
                    "`selector` does not match template `labels`");
        }
    }

    /** A required label selector that selects something. */
    public static void requireSelector(Field selector, String kind) {
        if (!selector.present()) {
            selector.required("");
            return;
        }
        LabelRules.selector(selector);
        if (LabelRules.isEmpty(selector)) {
            selector.invalid("empty selector is invalid for " + kind);
        }
    }
}
