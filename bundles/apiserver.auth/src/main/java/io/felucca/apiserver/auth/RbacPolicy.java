package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Rule;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.auth.Grants.Grant;
import io.felucca.apiserver.auth.RbacObjects.Binding;
import io.felucca.apiserver.auth.RbacObjects.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.osgi.service.component.annotations.Component;

/**
 * All roles and bindings, indexed by whom they grant to, so that an answer costs a few look-ups
 * however many bindings there are. A part of its own, which needs nobody, so that the authorizer
 * can be there before the server whose roles it reads.
 *
 * <p>Questions are answered on any number of threads without a lock; changes take one. A change of
 * one binding or role touches nothing else.
 */
@Component(service = RbacPolicy.class)
public final class RbacPolicy {

    /** The four sources, each of which is loaded before a question is answered. */
    enum Source {
        ROLES("roles"),
        CLUSTER_ROLES("clusterroles"),
        ROLE_BINDINGS("rolebindings"),
        CLUSTER_ROLE_BINDINGS("clusterrolebindings");

        private final String resource;

        Source(String resource) {
            this.resource = resource;
        }

        String resource() {
            return resource;
        }

        boolean isBinding() {
            return this == ROLE_BINDINGS || this == CLUSTER_ROLE_BINDINGS;
        }
    }

    private record BindingKey(String namespace, String name) {}

    private final Map<RoleKey, RuleSet> roles = new ConcurrentHashMap<>();
    private final Map<String, Grants> users = new ConcurrentHashMap<>();
    private final Map<String, Grants> groups = new ConcurrentHashMap<>();
    private final CountDownLatch loaded = new CountDownLatch(1);

    // Only for changes, under the lock.
    private final ClusterRoles clusterRoles = new ClusterRoles();
    private final Map<BindingKey, Binding> bindings = new HashMap<>();
    private final Set<Source> missing = EnumSet.allOf(Source.class);

    /** Whether every source has been read once. */
    boolean isLoaded() {
        return loaded.getCount() == 0;
    }

    /** Waits until every source has been read once; false if that takes too long. */
    boolean awaitLoaded(Duration atMost) {
        try {
            return loaded.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Takes all objects of a source; those known before and not among them are gone. */
    synchronized void replace(Source source, Collection<ObjectNode> objects) {
        Set<RoleKey> present = new HashSet<>();
        for (ObjectNode object : objects) {
            if (source == Source.CLUSTER_ROLES) {
                // Aggregated roles are put together once, below.
                clusterRoles.put(key(object).name(), object);
            } else {
                put(source, object);
            }
            present.add(key(object));
        }
        for (RoleKey known : known(source)) {
            if (!present.contains(known)) {
                remove(source, known.namespace(), known.name());
            }
        }
        if (source == Source.CLUSTER_ROLES) {
            recompute(clusterRoles.names());
        }
        missing.remove(source);
        if (missing.isEmpty()) {
            loaded.countDown();
        }
    }

    synchronized void put(Source source, ObjectNode object) {
        RoleKey key = key(object);
        switch (source) {
            case ROLES -> roles.put(key, new RuleSet(RbacObjects.rules(object.path("rules"))));
            case CLUSTER_ROLES -> recompute(clusterRoles.put(key.name(), object));
            case ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS -> bind(RbacObjects.binding(object));
        }
    }

    synchronized void remove(Source source, String namespace, String name) {
        switch (source) {
            case ROLES -> roles.remove(new RoleKey(namespace, name));
            case CLUSTER_ROLES -> recompute(clusterRoles.remove(name));
            case ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS -> unbind(new BindingKey(namespace, name));
        }
    }

    /** The reason why it is allowed, or empty. */
    Optional<String> allows(Attributes asked) {
        String resource =
                asked.subresource().isEmpty()
                        ? asked.resource()
                        : asked.resource() + "/" + asked.subresource();
        Grant[] found = new Grant[1];
        visit(
                asked.user(),
                asked.isResource() ? asked.namespace() : "",
                (grant, rules) -> {
                    if (rules != null && rules.allows(asked, resource)) {
                        found[0] = grant;
                        return false;
                    }
                    return true;
                });
        return found[0] == null ? Optional.empty() : Optional.of(found[0].reason());
    }

    /** Why bindings that might have allowed it came to nothing; empty if there are none. */
    String missingRoles(UserInfo user, String namespace) {
        Set<String> messages = new LinkedHashSet<>();
        visit(
                user,
                namespace,
                (grant, rules) -> {
                    if (rules == null) {
                        RoleKey role = grant.role();
                        messages.add(
                                (role.isClusterRole() ? "clusterrole" : "role")
                                        + ".rbac.authorization.k8s.io \""
                                        + role.name()
                                        + "\" not found");
                    }
                    return true;
                });
        return switch (messages.size()) {
            case 0 -> "";
            case 1 -> "RBAC: " + messages.iterator().next();
            default -> "RBAC: [" + String.join(", ", messages) + "]";
        };
    }

    /** All rules that apply to a user in a namespace, or with the empty one in the cluster. */
    List<Rule> rulesFor(UserInfo user, String namespace) {
        List<Rule> all = new ArrayList<>();
        visit(
                user,
                namespace,
                (grant, rules) -> {
                    if (rules != null) {
                        all.addAll(rules.rules());
                    }
                    return true;
                });
        return all;
    }

    /** The rules of a role, or empty if there is none. */
    Optional<List<Rule>> rulesOf(RoleKey role) {
        return Optional.ofNullable(roles.get(role)).map(RuleSet::rules);
    }

    /** Calls with each grant and its role's rules, null if there is no such role, until false. */
    private void visit(UserInfo user, String namespace, BiPredicate<Grant, RuleSet> visitor) {
        if (!visit(users.get(user.name()), namespace, visitor)) {
            return;
        }
        for (String group : user.groups()) {
            if (!visit(groups.get(group), namespace, visitor)) {
                return;
            }
        }
    }

    private boolean visit(Grants grants, String namespace, BiPredicate<Grant, RuleSet> visitor) {
        return grants == null
                || (visit(grants.clusterWide(), visitor)
                        && (namespace.isEmpty() || visit(grants.in(namespace), visitor)));
    }

    private boolean visit(List<Grant> grants, BiPredicate<Grant, RuleSet> visitor) {
        for (Grant grant : grants) {
            if (!visitor.test(grant, roles.get(grant.role()))) {
                return false;
            }
        }
        return true;
    }

    private void recompute(Set<String> names) {
        for (String name : names) {
            RuleSet rules = clusterRoles.rules(name);
            RoleKey key = new RoleKey("", name);
            if (rules == null) {
                roles.remove(key);
            } else {
                roles.put(key, rules);
            }
        }
    }

    private void bind(Binding binding) {
        Binding before = bindings.put(new BindingKey(binding.namespace(), binding.name()), binding);
        for (Subject subject : binding.subjects()) {
            Grant grant =
                    new Grant(
                            binding.namespace(),
                            binding.name(),
                            binding.role(),
                            "RBAC: allowed by " + binding.grant() + subject.description());
            index(subject)
                    .merge(
                            subject.name(),
                            Grants.NONE.with(grant),
                            (present, one) -> present.with(grant));
        }
        if (before != null) {
            Set<Subject> still = Set.copyOf(binding.subjects());
            for (Subject subject : before.subjects()) {
                if (still.stream().noneMatch(one -> isSame(one, subject))) {
                    ungrant(before, subject);
                }
            }
        }
    }

    private void unbind(BindingKey key) {
        Binding before = bindings.remove(key);
        if (before != null) {
            before.subjects().forEach(subject -> ungrant(before, subject));
        }
    }

    private void ungrant(Binding binding, Subject subject) {
        index(subject)
                .computeIfPresent(
                        subject.name(),
                        (name, grants) -> {
                            Grants left = grants.without(binding.namespace(), binding.name());
                            return left.isEmpty() ? null : left;
                        });
    }

    private Map<String, Grants> index(Subject subject) {
        return subject.group() ? groups : users;
    }

    private static boolean isSame(Subject one, Subject other) {
        return one.group() == other.group() && one.name().equals(other.name());
    }

    private Set<RoleKey> known(Source source) {
        Set<RoleKey> known = new HashSet<>();
        boolean cluster = source == Source.CLUSTER_ROLES || source == Source.CLUSTER_ROLE_BINDINGS;
        if (source.isBinding()) {
            for (BindingKey key : bindings.keySet()) {
                if (key.namespace().isEmpty() == cluster) {
                    known.add(new RoleKey(key.namespace(), key.name()));
                }
            }
        } else {
            for (RoleKey key : roles.keySet()) {
                if (key.isClusterRole() == cluster) {
                    known.add(key);
                }
            }
        }
        return known;
    }

    private static RoleKey key(ObjectNode object) {
        return new RoleKey(
                object.path("metadata").path("namespace").asText(""),
                object.path("metadata").path("name").asText(""));
    }
}
