package io.felucca.controller.resourcequota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Informer;
import io.felucca.client.api.Informers;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.Quantity;
import io.felucca.quota.Amounts;
import io.felucca.quota.Evaluator;
import io.felucca.quota.QuotaView;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Counts what is used of each ResourceQuota: when its limits change, when something in its
 * namespace no longer counts, and every five minutes. What comes is charged by the admission
 * plugin, so nothing is counted for that.
 */
@Component(property = Reconciler.NAME + "=resourcequota-controller")
public final class ResourceQuotaController implements Reconciler {
    static final Duration RESYNC = Duration.ofMinutes(5);

    /** A resource that a quota names may be served later: a custom one. */
    static final Duration UNTIL_SERVED = Duration.ofSeconds(30);

    /**
     * Something may have been charged that the informers did not show yet; then what was just
     * written is too little.
     */
    static final Duration UNTIL_SHOWN = Duration.ofSeconds(5);

    private final Informer<ResourceQuota> quotas;
    private final Client<ResourceQuota> client;
    private final Counted counted;
    private volatile Consumer<Key> queue = key -> {};

    @Activate
    public ResourceQuotaController(@Reference Clients clients, @Reference Informers informers) {
        quotas = informers.of(ResourceQuota.class);
        client = clients.of(ResourceQuota.class);
        counted = new Counted(clients, informers, this::recount);
    }

    /** Not each change of a quota: most are charges, which are right already. */
    @Override
    public List<Source<?>> sources() {
        return List.of(Source.mapped(ResourceQuota.class, ResourceQuotaController::uncounted));
    }

    private static Collection<Key> uncounted(ResourceQuota quota) {
        boolean isCounted =
                quota.getStatus() != null
                        && quota.getSpec() != null
                        && quota.getStatus().getHard().equals(quota.getSpec().getHard());
        return isCounted ? List.of() : List.of(Key.of(quota));
    }

    /** Whatever happened while nobody counted: all are counted at the beginning. */
    @Override
    public void started(Consumer<Key> fresh) {
        queue = fresh;
        quotas.onChange(
                change -> {
                    if (change.before().isEmpty()) {
                        fresh.accept(change.key());
                    }
                });
    }

    private void recount(String namespace) {
        // Before they are listed nothing was counted, so nothing is counted wrong.
        if (quotas.synced()) {
            Consumer<Key> now = queue;
            quotas.list(namespace).forEach(quota -> now.accept(Key.of(quota)));
        }
    }

    @Override
    public Result reconcile(Key key) {
        Optional<ResourceQuota> found = quotas.get(key);
        if (found.isEmpty()) {
            return Result.done();
        }
        ObjectNode tree = Json.mapper().valueToTree(found.get());
        QuotaView quota = QuotaView.wanted(tree);
        Set<String> unserved = new HashSet<>();
        Amounts used = used(quota, key.namespace(), unserved);
        boolean isRight =
                used.equals(Amounts.read(tree.path("status").path("used")))
                        && quota.hard().equals(QuotaView.counted(tree).hard());
        if (!isRight) {
            ResourceQuota unused =
                    client.updateStatus(
                            found.get()
                                    .edit()
                                    .withNewStatus()
                                    .withHard(typed(quota.hard()))
                                    .withUsed(typed(used))
                                    .endStatus()
                                    .build());
            return Result.requeueAfter(UNTIL_SHOWN);
        }
        return Result.requeueAfter(unserved.isEmpty() ? RESYNC : UNTIL_SERVED);
    }

    /**
     * @param unserved gets the names under which nothing can be counted
     */
    private Amounts used(QuotaView quota, String namespace, Set<String> unserved) {
        Map<String, Quantity> used = new TreeMap<>();
        Map<GroupResource, Set<String>> names = new java.util.HashMap<>();
        for (String name : quota.hard().byName().keySet()) {
            GroupResource resource = Evaluator.countedUnder(name);
            if (resource != null) {
                names.computeIfAbsent(resource, one -> new TreeSet<>()).add(name);
            }
        }
        names.forEach(
                (resource, counting) -> {
                    Optional<List<ObjectNode>> objects = counted.objects(resource, namespace);
                    if (objects.isEmpty()) {
                        unserved.addAll(counting);
                        return;
                    }
                    counting.forEach(name -> used.put(name, Quantity.ZERO));
                    Evaluator evaluator = Evaluator.of(resource);
                    for (ObjectNode object : objects.get()) {
                        if (quota.counts(evaluator, object)) {
                            evaluator
                                    .usage(object)
                                    .only(counting)
                                    .byName()
                                    .forEach(
                                            (name, amount) ->
                                                    used.merge(name, amount, Quantity::add));
                        }
                    }
                });
        return new Amounts(used);
    }

    private static Map<String, io.fabric8.kubernetes.api.model.Quantity> typed(Amounts amounts) {
        Map<String, io.fabric8.kubernetes.api.model.Quantity> typed = new TreeMap<>();
        amounts.byName()
                .forEach(
                        (name, amount) ->
                                typed.put(
                                        name,
                                        io.fabric8.kubernetes.api.model.Quantity.parse(
                                                amount.toString())));
        return typed;
    }
}
