package io.felucca.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Holds pods to the pod security standard of their namespace, which labels of the namespace set:
 * refuses pods, and warns of and notes pods and templates of pods. Thread-safe. Source: KEP-2579.
 */
@Component(property = AdmissionPlugin.NAME + "=PodSecurity")
@Designate(ocd = PodSecurity.Config.class)
public final class PodSecurity implements AdmissionPlugin {
    static final GroupVersionResource NAMESPACES = new GroupVersionResource("", "v1", "namespaces");
    static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private static final String ANNOTATION = "pod-security.kubernetes.io/";

    /** Subresources of pods that are no pod, or change nothing that a standard looks at. */
    private static final Set<String> OTHER_PARTS =
            Set.of(
                    "exec",
                    "attach",
                    "binding",
                    "eviction",
                    "log",
                    "portforward",
                    "proxy",
                    "status");

    /** Where the template of a pod is in what makes pods. */
    private static final Map<GroupResource, String> TEMPLATES =
            Map.of(
                    new GroupResource("", "podtemplates"), "/template",
                    new GroupResource("", "replicationcontrollers"), "/spec/template",
                    new GroupResource("apps", "replicasets"), "/spec/template",
                    new GroupResource("apps", "deployments"), "/spec/template",
                    new GroupResource("apps", "statefulsets"), "/spec/template",
                    new GroupResource("apps", "daemonsets"), "/spec/template",
                    new GroupResource("batch", "jobs"), "/spec/template",
                    new GroupResource("batch", "cronjobs"), "/spec/jobTemplate/spec/template");

    /** As upstream's PodSecurityConfiguration has them: defaults, and who is exempt. */
    @ObjectClassDefinition(name = "Felucca admission PodSecurity")
    public @interface Config {
        String enforce() default "privileged";

        String enforceVersion() default "latest";

        String audit() default "privileged";

        String auditVersion() default "latest";

        String warn() default "privileged";

        String warnVersion() default "latest";

        String[] exemptUsernames() default {};

        String[] exemptRuntimeClasses() default {};

        String[] exemptNamespaces() default {};
    }

    private final Policy defaults;
    private final Set<String> exemptUsers;
    private final Set<String> exemptRuntimeClasses;
    private final Set<String> exemptNamespaces;
    private final NamespaceReview review = new NamespaceReview(System::nanoTime);

    @Activate
    public PodSecurity(Config config) {
        this(
                defaults(config),
                Set.of(config.exemptUsernames()),
                Set.of(config.exemptRuntimeClasses()),
                Set.of(config.exemptNamespaces()));
    }

    PodSecurity(
            Policy defaults,
            Set<String> users,
            Set<String> runtimeClasses,
            Set<String> namespaces) {
        this.defaults = defaults;
        this.exemptUsers = users;
        this.exemptRuntimeClasses = runtimeClasses;
        this.exemptNamespaces = namespaces;
    }

    private static Policy defaults(Config config) {
        Map<String, String> modes = new HashMap<>();
        modes.put(ANNOTATION + "enforce", config.enforce());
        modes.put(ANNOTATION + "enforce-version", config.enforceVersion());
        modes.put(ANNOTATION + "audit", config.audit());
        modes.put(ANNOTATION + "audit-version", config.auditVersion());
        modes.put(ANNOTATION + "warn", config.warn());
        modes.put(ANNOTATION + "warn-version", config.warnVersion());
        Policy.Read read = Policy.of(modes, Policy.PRIVILEGED);
        if (!read.problems().isEmpty()) {
            throw new IllegalArgumentException(
                    "the defaults of PodSecurity: " + read.problems().get(0));
        }
        return read.policy();
    }

    @Override
    public void validate(Request request) {
        if (request.operation() != Operation.CREATE && request.operation() != Operation.UPDATE) {
            return;
        }
        GroupResource resource = request.resource().groupResource();
        String template = TEMPLATES.get(resource);
        if (resource.equals(PODS.groupResource())) {
            if (!OTHER_PARTS.contains(request.subresource())) {
                pod(request);
            }
        } else if (!request.subresource().isEmpty()) {
            return;
        } else if (template != null) {
            template(request, template);
        } else if (resource.equals(NAMESPACES.groupResource())) {
            namespace(request);
        }
    }

    private void pod(Request request) {
        if (isExempt(request)) {
            return;
        }
        Policy.Read read = policy(request);
        if (read.problems().isEmpty() && read.policy().isPrivileged()) {
            note(request, "enforce-policy", read.policy().enforce().toString());
            return;
        }
        boolean changes =
                request.operation() == Operation.CREATE
                        || PodChange.matters(request.object(), request.old());
        if (changes) {
            judge(request, read, request.object(), true);
        }
    }

    private void template(Request request, String where) {
        if (isExempt(request)) {
            return;
        }
        Policy.Read read = policy(request);
        if (read.problems().isEmpty() && read.policy().saysNothing()) {
            return;
        }
        JsonNode template = request.object().at(where);
        // Who scales a workload need not be told again what is wrong with its pods.
        boolean changes =
                request.operation() == Operation.CREATE
                        || !template.equals(request.old().at(where));
        if (changes && template.isObject()) {
            judge(request, read, template, false);
        }
    }

    private boolean isExempt(Request request) {
        if (exemptNamespaces.contains(request.namespace())) {
            note(request, "exempt", "namespace");
            return true;
        }
        if (exemptUsers.contains(request.user().name())) {
            note(request, "exempt", "user");
            return true;
        }
        return false;
    }

    private Policy.Read policy(Request request) {
        StoredObject namespace =
                request.server()
                        .get(NAMESPACES, "", request.namespace())
                        .orElseThrow(
                                () ->
                                        ApiException.of(
                                                StatusReason.InternalError,
                                                "Internal error occurred: failed to lookup"
                                                        + " namespace \""
                                                        + request.namespace()
                                                        + '"'));
        return Policy.of(namespace.labels(), defaults);
    }

    private void judge(Request request, Policy.Read read, JsonNode podOrTemplate, boolean isPod) {
        PodView pod = PodView.of(podOrTemplate);
        String runtimeClass = pod.spec().path("runtimeClassName").asText();
        if (exemptRuntimeClasses.contains(runtimeClass)) {
            note(request, "exempt", "runtimeClass");
            return;
        }
        if (!read.problems().isEmpty()) {
            note(
                    request,
                    "error",
                    read.problems().stream()
                            .map(FieldError::toString)
                            .collect(Collectors.joining(", ", "Failed to parse policy: ", "")));
        }
        Policy policy = read.policy();
        Map<Standard, List<Violation>> found = new HashMap<>();
        List<Violation> noted = found.computeIfAbsent(policy.audit(), by -> violations(by, pod));
        if (!noted.isEmpty()) {
            note(request, "audit-violations", would(policy.audit(), noted));
        }
        if (isPod) {
            note(request, "enforce-policy", policy.enforce().toString());
            List<Violation> forbidden =
                    found.computeIfAbsent(policy.enforce(), by -> violations(by, pod));
            if (!forbidden.isEmpty()) {
                throw request.forbidden(violates(policy.enforce(), forbidden));
            }
        }
        List<Violation> warned = found.computeIfAbsent(policy.warn(), by -> violations(by, pod));
        if (!warned.isEmpty()) {
            request.warnings().add(would(policy.warn(), warned));
        }
    }

    private static List<Violation> violations(Standard standard, PodView pod) {
        return Checks.violations(standard, pod);
    }

    private static String violates(Standard standard, List<Violation> violations) {
        return "violates PodSecurity \"" + standard + "\": " + Violation.details(violations);
    }

    private static String would(Standard standard, List<Violation> violations) {
        return "would violate PodSecurity \"" + standard + "\": " + Violation.details(violations);
    }

    private static void note(Request request, String key, String value) {
        request.annotations().accept(ANNOTATION + key, value);
    }

    private void namespace(Request request) {
        Map<String, String> labels = labels(request.object());
        Policy.Read read = Policy.of(labels, defaults);
        boolean isNew = request.operation() == Operation.CREATE;
        Policy.Read before = isNew ? null : Policy.of(labels(request.old()), defaults);
        if (!read.problems().isEmpty() && (isNew || !read.problems().equals(before.problems()))) {
            throw ApiException.invalid("", "Namespace", request.name(), read.problems());
        }
        Standard enforce = read.policy().enforce();
        if (!isNew && !isStricter(enforce, before.policy().enforce())) {
            return;
        }
        if (exemptNamespaces.contains(request.name())) {
            if (!read.policy().isPrivileged() && !read.policy().equals(defaults)) {
                request.warnings()
                        .add(
                                "namespace \""
                                        + request.name()
                                        + "\" is exempt from Pod Security, and the policy ("
                                        + read.policy().asked(labels)
                                        + ") will be ignored");
            }
        } else if (!isNew) {
            List<ObjectNode> pods =
                    request.server().list(PODS, request.name()).stream()
                            .map(stored -> Json.parseObject(stored.json()))
                            .filter(pod -> !isExempt(pod))
                            .toList();
            request.warnings().addAll(review.warnings(request.name(), enforce, pods));
        }
    }

    private boolean isExempt(ObjectNode pod) {
        return exemptRuntimeClasses.contains(pod.path("spec").path("runtimeClassName").asText());
    }

    /** Whether pods that kept the old standard may break the new one. */
    private static boolean isStricter(Standard now, Standard before) {
        return !now.equals(before)
                && !now.isPrivileged()
                && (now.minor() != before.minor() || now.level().compareTo(before.level()) > 0);
    }

    private static Map<String, String> labels(ObjectNode namespace) {
        Map<String, String> labels = new TreeMap<>();
        namespace
                .path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
