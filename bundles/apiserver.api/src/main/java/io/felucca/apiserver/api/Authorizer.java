package io.felucca.apiserver.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says whether a user may do something, as an OSGi service; asked in the order of service ranking
 * until one has an opinion; none means no. Must not block.
 */
@ConsumerType
public interface Authorizer {

    Decision authorize(Attributes attributes);

    /** The rules that apply to a user in a namespace, for SelfSubjectRulesReview; may be empty. */
    default java.util.List<Rule> rulesFor(UserInfo user, String namespace) {
        return java.util.List.of();
    }

    /**
     * What is asked: a resource, or with {@code path} a non-resource URL.
     *
     * @param name of one object; of a list or watch, what its field selector says of {@code
     *     metadata.name}, or empty
     * @param labelSelector of a list, watch or deletecollection, as in its query; or empty
     * @param fieldSelector likewise
     */
    record Attributes(
            UserInfo user,
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String namespace,
            String name,
            String path,
            String labelSelector,
            String fieldSelector) {

        /** Without selectors. */
        public Attributes(
                UserInfo user,
                String verb,
                String group,
                String version,
                String resource,
                String subresource,
                String namespace,
                String name,
                String path) {
            this(user, verb, group, version, resource, subresource, namespace, name, path, "", "");
        }

        public boolean isResource() {
            return path.isEmpty();
        }
    }

    /** A PolicyRule; either resources or non-resource URLs. */
    record Rule(
            java.util.List<String> verbs,
            java.util.List<String> groups,
            java.util.List<String> resources,
            java.util.List<String> resourceNames,
            java.util.List<String> nonResourceUrls) {}

    /** With upstream's reason text, possibly empty. */
    record Decision(Verdict verdict, String reason) {
        public static final Decision NO_OPINION = new Decision(Verdict.NO_OPINION, "");
    }

    /** Allowed, denied for good, or ask the next. */
    enum Verdict {
        ALLOW,
        DENY,
        NO_OPINION
    }
}
