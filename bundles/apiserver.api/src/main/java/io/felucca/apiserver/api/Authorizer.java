package io.felucca.apiserver.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says whether a user may do something, as an OSGi service; asked in the order of service ranking
 * until one has an opinion; none means no. Must not block, unless {@link #BLOCKS} says so.
 */
@ConsumerType
public interface Authorizer {

    /**
     * A service property, of type Boolean: true of one that does wait, for an answer from
     * elsewhere. The server then keeps its calls off its event loops.
     */
    String BLOCKS = "authorizer.blocks";

    Decision authorize(Attributes attributes);

    /**
     * Asks one after the other until one has an opinion.
     *
     * @param ascending the lowest ranking first, as references hold them
     */
    static Decision decide(java.util.List<Authorizer> ascending, Attributes attributes) {
        StringBuilder reasons = new StringBuilder();
        for (int i = ascending.size() - 1; i >= 0; i--) {
            Decision decision = ascending.get(i).authorize(attributes);
            if (decision.verdict() != Verdict.NO_OPINION) {
                return decision;
            }
            if (!decision.reason().isEmpty()) {
                reasons.append(reasons.length() == 0 ? "" : ", ").append(decision.reason());
            }
        }
        return new Decision(Verdict.NO_OPINION, reasons.toString());
    }

    /** The rules that apply to a user in a namespace, for SelfSubjectRulesReview; may be empty. */
    default java.util.List<Rule> rulesFor(UserInfo user, String namespace) {
        return java.util.List.of();
    }

    /** Why {@link #rulesFor} does not say all that this user may; empty if it does. */
    default java.util.Optional<String> unresolved(UserInfo user) {
        return java.util.Optional.empty();
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
