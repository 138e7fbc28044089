package io.felucca.controller.clusterroleaggregation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.client.api.Lister;
import io.felucca.client.api.Selectors;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.Json;
import io.felucca.machinery.LabelSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Writes into a ClusterRole with an aggregationRule the rules of all roles that it selects, so that
 * whoever reads the role sees them. The authorizer puts them together by itself.
 */
@Component(property = Reconciler.NAME + "=clusterrole-aggregation-controller")
public final class ClusterRoleAggregation implements Reconciler {
    private final Lister<ClusterRole> roles;
    private final Client<ClusterRole> client;

    @Activate
    public ClusterRoleAggregation(@Reference Clients clients, @Reference Informers informers) {
        this.roles = informers.of(ClusterRole.class);
        this.client = clients.of(ClusterRole.class);
    }

    /** Any role's labels and rules may matter to any aggregated role; those are few. */
    @Override
    public List<Source<?>> sources() {
        return List.of(Source.mapped(ClusterRole.class, this::concerned));
    }

    private Collection<Key> concerned(ClusterRole changed) {
        List<Key> keys = new ArrayList<>();
        if (changed.getAggregationRule() != null) {
            keys.add(Key.of(changed));
        }
        for (ClusterRole role : roles.list()) {
            if (role.getAggregationRule() != null) {
                keys.add(Key.of(role));
            }
        }
        return keys;
    }

    @Override
    public Result reconcile(Key key) {
        Optional<ClusterRole> role = roles.get(key).filter(one -> one.getAggregationRule() != null);
        if (role.isEmpty()) {
            return Result.done();
        }
        List<PolicyRule> wanted = rules(role.get(), roles.list());
        if (!wanted.equals(role.get().getRules())) {
            ObjectNode patch = Json.object();
            ArrayNode rules = patch.putArray("rules");
            wanted.forEach(rule -> rules.add(Json.mapper().<ObjectNode>valueToTree(rule)));
            client.patch(key, patch);
        }
        return Result.done();
    }

    /** In the order of the roles' names, each rule once. */
    static List<PolicyRule> rules(ClusterRole role, List<ClusterRole> all) {
        List<LabelSelector> selectors =
                role.getAggregationRule().getClusterRoleSelectors().stream()
                        .map(Selectors::of)
                        .toList();
        Set<PolicyRule> rules = new LinkedHashSet<>();
        all.stream()
                .filter(one -> !Key.of(one).equals(Key.of(role)))
                .filter(
                        one ->
                                selectors.stream()
                                        .anyMatch(each -> each.matches(Selectors.labels(one))))
                .sorted(Comparator.comparing(one -> one.getMetadata().getName()))
                .forEach(one -> rules.addAll(one.getRules()));
        return List.copyOf(rules);
    }
}
