package io.felucca.apiserver.auth.node;

import io.felucca.apiserver.api.Authorizer.Attributes;
import java.util.List;
import java.util.Set;

/** What every node may do whichever node it is: upstream's static rules of the node role. */
final class NodeRules {
    private record Rule(Set<String> groups, Set<String> resources, Set<String> verbs) {
        boolean allows(Attributes asked, String resource) {
            return groups.contains(asked.group())
                    && resources.contains(resource)
                    && verbs.contains(asked.verb());
        }
    }

    private static final Set<String> READ = Set.of("get", "list", "watch");
    private static final Set<String> CREATE = Set.of("create");
    private static final List<Rule> RULES =
            List.of(
                    new Rule(Set.of("authentication.k8s.io"), Set.of("tokenreviews"), CREATE),
                    new Rule(
                            Set.of("authorization.k8s.io"),
                            Set.of("subjectaccessreviews", "localsubjectaccessreviews"),
                            CREATE),
                    new Rule(Set.of(""), Set.of("services"), READ),
                    new Rule(Set.of(""), Set.of("endpoints"), Set.of("get")),
                    new Rule(
                            Set.of("", "events.k8s.io"),
                            Set.of("events"),
                            Set.of("create", "update", "patch")),
                    new Rule(
                            Set.of("certificates.k8s.io"),
                            Set.of("certificatesigningrequests"),
                            Set.of("create", "get", "list", "watch")),
                    new Rule(Set.of("storage.k8s.io"), Set.of("csidrivers"), READ),
                    new Rule(Set.of("node.k8s.io"), Set.of("runtimeclasses"), READ));

    private NodeRules() {}

    static boolean allow(Attributes asked) {
        String resource =
                asked.subresource().isEmpty()
                        ? asked.resource()
                        : asked.resource() + "/" + asked.subresource();
        for (Rule rule : RULES) {
            if (rule.allows(asked, resource)) {
                return true;
            }
        }
        return false;
    }
}
