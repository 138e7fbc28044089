package io.felucca.apiserver.cel;

import static io.felucca.apiserver.cel.KubernetesFunctions.TEXT;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.cel.Library.Parameter;
import java.util.List;
import java.util.Map;

/** Questions to the cluster's authorizers (KEP-3488): {@code authorizer} and what comes of it. */
final class AuthorizerFunctions {
    static final CelType AUTHORIZER = OpaqueType.create("kubernetes.authorization.Authorizer");
    static final CelType RESOURCE = OpaqueType.create("kubernetes.authorization.ResourceCheck");

    private static final CelType PATH = OpaqueType.create("kubernetes.authorization.PathCheck");
    private static final CelType GROUP = OpaqueType.create("kubernetes.authorization.GroupCheck");
    private static final CelType DECISION = OpaqueType.create("kubernetes.authorization.Decision");

    private static final Parameter ASKING = new Parameter(AUTHORIZER, Asking.class);
    private static final Parameter PATHS = new Parameter(PATH, PathCheck.class);
    private static final Parameter GROUPS = new Parameter(GROUP, GroupCheck.class);
    private static final Parameter RESOURCES = new Parameter(RESOURCE, ResourceCheck.class);
    private static final Parameter DECISIONS = new Parameter(DECISION, Decision.class);

    /** Who asks, and whom. */
    record Asking(UserInfo user, Authorizer authorizer) {
        Asking as(String namespace, String name) {
            String qualified = "system:serviceaccount:" + namespace + ":" + name;
            List<String> groups =
                    List.of(
                            "system:serviceaccounts",
                            "system:serviceaccounts:" + namespace,
                            UserInfo.AUTHENTICATED);
            return new Asking(new UserInfo(qualified, "", groups, Map.of()), authorizer);
        }

        ResourceCheck resource(String group, String resource) {
            return new ResourceCheck(this, group, resource, "", "", "", "", "");
        }
    }

    private record PathCheck(Asking asking, String path) {
        Decision check(String verb) {
            return asking.authorizer()
                    .authorize(new Attributes(asking.user(), verb, "", "", "", "", "", "", path));
        }
    }

    private record GroupCheck(Asking asking, String group) {}

    /** A resource, or one object of it. */
    record ResourceCheck(
            Asking asking,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String labelSelector,
            String fieldSelector) {

        /** The same with one of its parts set. */
        private ResourceCheck with(String part, String value) {
            boolean sub = part.equals("subresource");
            boolean space = part.equals("namespace");
            boolean one = part.equals("name");
            boolean labels = part.equals("labelSelector");
            boolean fields = part.equals("fieldSelector");
            return new ResourceCheck(
                    asking,
                    group,
                    resource,
                    sub ? value : subresource,
                    space ? value : namespace,
                    one ? value : name,
                    labels ? value : labelSelector,
                    fields ? value : fieldSelector);
        }

        Decision check(String verb) {
            return asking.authorizer()
                    .authorize(
                            new Attributes(
                                    asking.user(),
                                    verb,
                                    group,
                                    "*",
                                    resource,
                                    subresource,
                                    namespace,
                                    name,
                                    "",
                                    labelSelector,
                                    fieldSelector));
        }
    }

    private AuthorizerFunctions() {}

    static void declare(Library library) {
        library.member(
                "path",
                "authorizer_path",
                PATH,
                arguments -> new PathCheck((Asking) arguments[0], (String) arguments[1]),
                ASKING,
                TEXT);
        library.member(
                "group",
                "authorizer_group",
                GROUP,
                arguments -> new GroupCheck((Asking) arguments[0], (String) arguments[1]),
                ASKING,
                TEXT);
        library.member(
                "serviceAccount",
                "authorizer_serviceaccount",
                AUTHORIZER,
                arguments ->
                        ((Asking) arguments[0]).as((String) arguments[1], (String) arguments[2]),
                ASKING,
                TEXT,
                TEXT);
        library.member(
                "resource",
                "groupcheck_resource",
                RESOURCE,
                arguments -> {
                    GroupCheck check = (GroupCheck) arguments[0];
                    return check.asking().resource(check.group(), (String) arguments[1]);
                },
                GROUPS,
                TEXT);
        for (String part :
                List.of("subresource", "namespace", "name", "labelSelector", "fieldSelector")) {
            library.member(
                    part,
                    "resourcecheck_" + part,
                    RESOURCE,
                    arguments -> ((ResourceCheck) arguments[0]).with(part, (String) arguments[1]),
                    RESOURCES,
                    TEXT);
        }
        library.member(
                "check",
                "pathcheck_check",
                DECISION,
                arguments -> ((PathCheck) arguments[0]).check((String) arguments[1]),
                PATHS,
                TEXT);
        library.member(
                "check",
                "resourcecheck_check",
                DECISION,
                arguments -> ((ResourceCheck) arguments[0]).check((String) arguments[1]),
                RESOURCES,
                TEXT);
        decision(library);
    }

    private static void decision(Library library) {
        library.member(
                "allowed",
                "decision_allowed",
                SimpleType.BOOL,
                arguments -> ((Decision) arguments[0]).verdict() == Verdict.ALLOW,
                DECISIONS);
        library.member(
                "reason",
                "decision_reason",
                SimpleType.STRING,
                arguments -> ((Decision) arguments[0]).reason(),
                DECISIONS);
        // An authorizer that fails says so in its reason; an error of its own it has none.
        library.member(
                "errored", "decision_errored", SimpleType.BOOL, arguments -> false, DECISIONS);
        library.member("error", "decision_error", SimpleType.STRING, arguments -> "", DECISIONS);
    }
}
